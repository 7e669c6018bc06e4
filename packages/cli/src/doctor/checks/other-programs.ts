import { existsSync, realpathSync } from 'node:fs'
import type { InstalledCommand } from '@rally/installer'
import { type Finding, problem } from '../check.js'
import { versionOf } from './version.js'

/** The program in a hook's line, where it is named with its path instead of being looked for on PATH. */
const WITH_PATH = /(?:^|[\s"'=])(\/[^\s"']*\/rally(?:-hook)?(?:\.cjs|\.js)?)["']?\s+(?:hook\s+)?[\w-]+\s+\w+/

/** Installed lines that call another program than this one: an older version that was moved or left behind. */
export function otherPrograms(host: string, commands: readonly InstalledCommand[], version: string): Finding[] {
  const places = new Map<string, string>()
  for (const { command, path } of commands) {
    const program = WITH_PATH.exec(command)?.[1]
    if (program !== undefined) places.set(program, path)
  }
  return [...places].flatMap(([program, place]): Finding[] => {
    const found = existsSync(program) ? (versionOf(realpathSync(program)) ?? 'an unknown version') : undefined
    if (found === version) return []
    const is = found === undefined ? 'is not there' : `is ${found}, this rally is ${version}`
    const message = `${host}: the installed hooks call ${program}, which ${is}`
    return [problem('hooks-skew', 'warning', { message, place, fix: `rally hooks install --host ${host}` })]
  })
}
