import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundledPlugins, cli } from './workspace.mjs'

/** Our commands that agents run all day, by their first word. A bundled plugin adds its own: `rally.daily` in its package.json. */
const DAILY = ['where', 'status', 'presence', 'heartbeat', 'post', 'ack-inbox', 'inbox', 'roster', 'checkpoint']

/** `dist/daily`: the first words of commands that have compiled code of their own (bin/rally.cjs). */
export function writeDaily() {
  const theirs = bundledPlugins().flatMap(({ pkg }) => pkg.rally?.daily ?? [])
  writeFileSync(join(cli, 'dist/daily'), [...DAILY, ...theirs].join(' '))
}
