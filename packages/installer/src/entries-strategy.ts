import type { HookConfigFile } from '@rally/core/ports/host'
import type { ContentStrategy, KnownOriginal, NewContent } from './content-strategy.js'
import type { Dialect } from './document.js'
import { findOwnEntries, isRecord } from './own-entries.js'
import { lenientDialectOf, planEntries, planRemoval } from './plan-entries.js'
import { refusing } from './refusal.js'
import { sameValue } from './same-value.js'
import { joinText, splitText } from './target-file.js'
import { applyUndo } from './text-diff.js'

/** Rally's entries in a configuration file of a host. */
export function entriesStrategy(file: HookConfigFile, host: string): ContentStrategy {
  const dialect = lenientDialectOf(file)
  return {
    install(current, original) {
      const { mark, text } = splitText(current ?? Buffer.alloc(0))
      const plan = planEntries(text, file, host, original?.bytes && splitText(original.bytes).text)
      return { bytes: joinText({ mark, text: plan.text }), changes: plan.changes }
    },
    remove(current, original) {
      return removeEntries({ file, host, dialect }, current, original)
    },
    takenOut(current) {
      const { text } = splitText(current)
      const own = text.trim() === '' ? [] : findOwnEntries(dialect.read(text).value, host, file.entries).entries
      return own.map(({ event }) => ({ event, action: 'remove' }))
    },
    holdsOurs(current) {
      // Every form of our commands has this word, and a file without it need not even be legal.
      if (!current.includes('rally')) return false
      const { text } = splitText(current)
      return text.trim() !== '' && findOwnEntries(dialect.read(text).value, host, file.entries).entries.length > 0
    },
  }
}

interface Where {
  readonly file: HookConfigFile
  readonly host: string
  readonly dialect: Dialect
}

function removeEntries(where: Where, current: Buffer, original: KnownOriginal | undefined): NewContent {
  const { file, host, dialect } = where
  const { mark, text } = splitText(current)
  const before = original?.bytes === undefined ? undefined : splitText(original.bytes).text
  const plan = planRemoval(text, file, host, before)
  if (original !== undefined && original.bytes === undefined && isBare(where, plan.text)) {
    return { bytes: undefined, changes: plan.changes }
  }
  const undone = original?.undo ? applyUndo(text, original.undo) : undefined
  // The kept way back restores the white space that was there as well, but only if it takes out exactly what has to go.
  const result = undone !== undefined && sameContent(dialect, undone, plan.text) ? undone : plan.text
  return { bytes: joinText({ mark, text: result }), changes: plan.changes }
}

/** Whether two texts mean the same and hold the same comments. */
export function sameContent(dialect: Dialect, a: string, b: string): boolean {
  if (a === b) return true
  const read = refusing(() => [dialect.read(a), dialect.read(b)] as const)
  if (!read.ok) return false
  const [left, right] = read.value
  const comments = (document: typeof left): string[] =>
    document.comments.map((range) => document.text.slice(range.start, range.end))
  return sameValue(left.value, right.value) && sameValue(comments(left), comments(right))
}

/** Whether nothing is left but what a new file starts with. */
function isBare({ dialect, file }: Where, text: string): boolean {
  if (text.trim() === '') return true
  const { value, comments } = dialect.read(text)
  const empty = dialect.read(file.empty).value
  if (comments.length > 0 || !isRecord(value) || !isRecord(empty)) return false
  return Object.entries(value).every(([key, item]) => {
    const bare = typeof item === 'object' && item !== null && Object.keys(item).length === 0
    return bare || (Object.hasOwn(empty, key) && sameValue(item, empty[key]))
  })
}
