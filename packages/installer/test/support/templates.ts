import { join } from 'node:path'
import type { HookConfigFile, HookEntry } from '@rally/core/ports/host'
import type { FileTask } from '../../src/change-file.js'
import { entriesStrategy } from '../../src/entries-strategy.js'
import type { Machine } from './machine.js'

export const line = (host: string, event: string): string =>
  `sh -c 'command -v rally-hook >/dev/null 2>&1 && NODE_EXTRA_CA_CERTS= rally-hook ${host} ${event} || exit 0'`

const grouped = (host: string, event: string, extra: Record<string, unknown> = {}): HookEntry => ({
  at: ['hooks', event],
  event,
  value: { ...extra, hooks: [{ type: 'command', command: line(host, event), timeout: 10 }] },
})

const base = { scope: 'project', trustSteps: [], restart: [] } as const

/** Strict JSON, groups of handlers (as Claude Code has it). */
export const strictFile: HookConfigFile = {
  ...base,
  path: '.alpha/settings.json',
  dialect: 'json',
  refuseComments: true,
  empty: '{}\n',
  entries: [
    grouped('alpha', 'SessionStart'),
    grouped('alpha', 'PreToolUse', { matcher: 'Edit|Write' }),
    grouped('alpha', 'Stop'),
  ],
}

/** JSON with comments, groups of handlers (as Gemini CLI has it). */
export const commentedFile: HookConfigFile = {
  ...base,
  path: '.beta/settings.json',
  dialect: 'jsonc',
  empty: '{}\n',
  entries: [
    grouped('beta', 'BeforeTool', { matcher: 'write_file' }),
    grouped('beta', 'AfterTool', { matcher: 'write_file' }),
  ],
}

/** JSON, a flat list, and a key that has to be there (as Cursor has it). */
export const flatFile: HookConfigFile = {
  ...base,
  path: '.gamma/hooks.json',
  dialect: 'json',
  empty: '{\n  "version": 1,\n  "hooks": {}\n}\n',
  entries: ['sessionStart', 'preToolUse'].map((event) => ({
    at: ['hooks', event],
    event,
    value: { command: line('gamma', event), timeout: 10 },
  })),
}

/** TOML, arrays of tables. */
export const tomlFile: HookConfigFile = {
  ...base,
  path: '.delta/config.toml',
  dialect: 'toml',
  empty: '',
  entries: [grouped('delta', 'SessionStart'), grouped('delta', 'PreToolUse', { matcher: 'Edit|Write' })],
}

/** The same file as a later version of rally would have it: another timeout, one event less, one more. */
export function newer(file: HookConfigFile): HookConfigFile {
  const text = JSON.stringify(file.entries.slice(1)).replaceAll('"timeout":10', '"timeout":7')
  const entries: HookEntry[] = JSON.parse(text)
  const [first] = file.entries
  if (!first) return file
  const added: HookEntry = JSON.parse(JSON.stringify(first).replaceAll(first.event, 'Extra'))
  return { ...file, entries: [...entries, added] }
}

/** The entries of one host in the strict file of a repository. */
export function strictTask({ repoRoot }: Machine): FileTask {
  return { path: join(repoRoot, strictFile.path), owner: 'alpha', strategy: entriesStrategy(strictFile, 'alpha') }
}
