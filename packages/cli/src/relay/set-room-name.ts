import { lstatSync, realpathSync, writeFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { RallyError } from '@rally/core/errors'
import { isObject, obj, parseJson } from '@rally/core/readers'
import { readSmallFile } from '@rally/local/system/small-file'
import { isRoomKey } from '@rally/relay/rules/plan-rooms'

const FILE = '.rally.json'
const FILE_BYTES = 256 * 1024

/**
 * Names a repository's room on the server: `relay.channel` in its `.rally.json`, everything else in it kept; a file that says
 * so already is left alone. Answers the path. Throws USAGE for a name that is none, CONFIG_INVALID for a file that is no JSON
 * object, or that leads out of the repository.
 */
export function setRoomName(repoRoot: string, name: string): string {
  const shown = JSON.stringify(name.slice(0, 80))
  if (!isRoomKey(name)) {
    throw new RallyError('USAGE', {
      message: `${shown} cannot be the name of a room`,
      hint: 'a name holds 1 to 63 of the characters a-z 0-9 . _ - and begins with a letter or digit',
    })
  }
  const path = join(repoRoot, FILE)
  const text = readRepositoryFile(repoRoot, path)
  const json = parseJson(text.replace(/^\ufeff/, ''))
  if (!isObject(json)) throw new RallyError('CONFIG_INVALID', { path, reason: 'it is no JSON object' })
  if (obj(json.relay).channel === name) return path
  const indent = /^[ \t]+(?=")/m.exec(text)?.[0] ?? '  '
  const next = `${JSON.stringify({ ...json, relay: { ...obj(json.relay), channel: name } }, null, indent)}\n`
  writeFileSync(path, next)
  return path
}

function readRepositoryFile(repoRoot: string, path: string): string {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) {
    const top = realpathSync(repoRoot) + sep
    if (!resolved(path)?.startsWith(top)) {
      throw new RallyError('CONFIG_INVALID', { path, reason: 'it is a link that leads out of the repository' })
    }
  }
  const file = readSmallFile(path, FILE_BYTES)
  if (file.kind === 'absent') return '{}\n'
  if (file.kind === 'unusable') throw new RallyError('CONFIG_INVALID', { path, reason: 'it is no small regular file' })
  return file.text
}

function resolved(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}
