import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { RallyError } from '@rally/core/errors'
import { isObject, obj, parseJson } from '@rally/core/readers'
import { isRoomKey } from '@rally/relay/rules/plan-rooms'

/**
 * Names a repository's room on the server: `relay.channel` in its `.rally.json`, everything else in it kept. Answers the
 * path. Throws USAGE for a name that is none, CONFIG_INVALID for a file that is no JSON object.
 */
export function setRoomName(repoRoot: string, name: string): string {
  const shown = JSON.stringify(name.slice(0, 80))
  if (!isRoomKey(name)) {
    throw new RallyError('USAGE', {
      message: `${shown} cannot be the name of a room`,
      hint: 'a name holds 1 to 63 of the characters a-z 0-9 . _ - and begins with a letter or digit',
    })
  }
  const path = join(repoRoot, '.rally.json')
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '{}\n'
  const json = parseJson(text.replace(/^\ufeff/, ''))
  if (!isObject(json)) throw new RallyError('CONFIG_INVALID', { path, reason: 'it is no JSON object' })
  const indent = /^[ \t]+(?=")/m.exec(text)?.[0] ?? '  '
  writeFileSync(path, `${JSON.stringify({ ...json, relay: { ...obj(json.relay), channel: name } }, null, indent)}\n`)
  return path
}
