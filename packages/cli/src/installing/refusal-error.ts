import { RallyError } from '@rally/core/errors'
import type { HostFileChange, Refusal, RefusalCode } from '@rally/installer'
import { cliError } from '../errors.js'

const FAILED: readonly RefusalCode[] = ['unreadable', 'unwritable', 'template', 'check-failed']
const PASSING: readonly RefusalCode[] = ['busy', 'changed']

const HINTS: Partial<Record<RefusalCode, string>> = {
  comments: 'take the comments out, the host ignores the whole file as long as they are there',
  invalid: 'repair the file, the host cannot read it either; then run the command again',
  shape: 'change what stands there, or move it away, then run the command again',
  'not-a-file': 'move it away, then run the command again',
  'not-a-folder': 'move it away, then run the command again',
  'foreign-file': 'move the file away, or keep it and do without the one of rally',
  'foreign-owner': 'run the command as the owner of the file',
  encoding: 'save the file as UTF-8, then run the command again',
  'check-failed': 'this is a bug in rally; please report it with the file',
  template: 'reinstall the plugin, or rally plugins update',
}

/** The error of a command that had to leave files alone; undefined when it did not. The first one is told, all are counted. */
export function refusalError(changes: readonly Pick<HostFileChange, 'path' | 'refusal'>[]): RallyError | undefined {
  const refused = changes.flatMap(({ path, refusal }) => (refusal ? [{ path, refusal }] : []))
  const [first] = refused
  if (!first) return undefined
  const { code, message, errno } = first.refusal
  if (PASSING.includes(code)) return new RallyError('BUSY', { what: first.path })
  return cliError(FAILED.includes(code) ? 'HOOK_FILE_FAILED' : 'HOOK_FILE_REFUSED', {
    place: placeOf(first.path, first.refusal),
    reason: message,
    more: refused.length - 1,
    hint: HINTS[code],
    ...(errno === undefined ? {} : { errno }),
  })
}

/** `path:line:column`, as editors understand it. */
export function placeOf(path: string, { line, column }: Pick<Refusal, 'line' | 'column'>): string {
  return line === undefined ? path : `${path}:${line}:${column ?? 1}`
}
