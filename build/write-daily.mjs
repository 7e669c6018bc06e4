import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundledPlugins, cli } from './workspace.mjs'

/** Our commands that agents and people run all day, by their first word. A bundled plugin adds its own: `rally.daily` in its package.json. */
const DAILY = [
  ...['here', 'where', 'status', 'roster', 'presence', 'heartbeat', 'checkpoint', 'statusline'],
  ...['inbox', 'ack-inbox', 'post', 'tell', 'ask', 'reply', 'sent', 'claim', 'claims', 'release', 'log', 'who', 'why'],
]

export function dailyWords() {
  return [...DAILY, ...bundledPlugins().flatMap(({ pkg }) => pkg.rally?.daily ?? [])]
}

/** `dist/daily`: the first words of commands that have compiled code of their own (bin/rally.cjs). */
export function writeDaily() {
  writeFileSync(join(cli, 'dist/daily'), dailyWords().join(' '))
}
