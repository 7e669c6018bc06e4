import type { HookTrustRule } from '@rally/core/ports/host'
import { applyOperation } from './apply-operation.js'
import type { ContentStrategy } from './content-strategy.js'
import { dialectFor } from './dialect-for.js'
import type { Path } from './document.js'
import { trustPath } from './host-settings.js'
import { isRecord, type OwnEntry, valueAt } from './own-entries.js'
import { joinText, splitText } from './target-file.js'

export interface TrustSubject {
  /** The configuration file that holds the entries. */
  readonly file: string
  readonly repoRoot: string | undefined
  readonly entries: readonly OwnEntry[]
}

/**
 * The user's consent for our own entries, where the host keeps it per entry and the plugin knows what the host would write.
 * Only ever used when the user asked for it; takes out nothing but values that are ours.
 */
export function trustStrategy(rule: HookTrustRule, subject: TrustSubject): ContentStrategy {
  const dialect = dialectFor(rule.dialect)
  const values = rule.values ?? {}
  const marks = subject.entries.flatMap((entry) => {
    const value = values[entry.event]
    return value === undefined ? [] : [{ at: trustPath(rule, { ...subject, entry }), value, event: entry.event }]
  })
  /** Paths of the marks of this file that hold a value of ours, also at positions where our entries stood before. */
  const ours = (text: string): Path[] => {
    if (text.trim() === '') return []
    const holder = rule.at.slice(0, -2)
    const leaf = rule.at.at(-1) ?? ''
    const found = valueAt(dialect.read(text).value, holder)
    const known = new Set(Object.values(values))
    return Object.entries(isRecord(found) ? found : {}).flatMap(([key, item]) => {
      const value = isRecord(item) ? item[leaf] : undefined
      if (!key.startsWith(`${subject.file}:`) || typeof value !== 'string' || !known.has(value)) return []
      return [Object.keys(isRecord(item) ? item : {}).length === 1 ? [...holder, key] : [...holder, key, leaf]]
    })
  }
  return {
    install(current) {
      const { mark, text } = splitText(current ?? Buffer.alloc(0))
      const open = marks.filter(
        ({ at, value }) => text.trim() === '' || valueAt(dialect.read(text).value, at) !== value,
      )
      const result = open.reduce((out, { at, value }) => applyOperation(dialect, out, { op: 'set', at, value }), text)
      return { bytes: joinText({ mark, text: result }), changes: open.map(({ event }) => ({ event, action: 'add' })) }
    },
    remove(current, original) {
      const { mark, text } = splitText(current)
      const paths = ours(text)
      const result = paths.reduce((out, at) => applyOperation(dialect, out, { op: 'remove', at }), text)
      const gone = original !== undefined && original.bytes === undefined && result.trim() === ''
      return {
        bytes: gone ? undefined : joinText({ mark, text: result }),
        changes: paths.map((path) => ({ event: path.join('.'), action: 'remove' })),
      }
    },
    holdsOurs: (current) => ours(splitText(current).text).length > 0,
  }
}
