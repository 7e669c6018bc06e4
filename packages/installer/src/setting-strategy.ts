import type { HookFileDialect } from '@rally/core/ports/host'
import { applyOperation } from './apply-operation.js'
import type { ContentStrategy, NewContent } from './content-strategy.js'
import { dialectFor } from './dialect-for.js'
import type { Dialect, Operation } from './document.js'
import { isRecord, valueAt } from './own-entries.js'
import { joinText, splitText } from './target-file.js'

export interface Setting {
  readonly at: readonly string[]
  readonly value: string | boolean | number
  readonly dialect: HookFileDialect
  /** Content of a file that does not exist yet. */
  readonly empty: string
}

/** One value in a configuration file, put in and taken out with the same care as hooks. */
export function settingStrategy(setting: Setting): ContentStrategy {
  const { at, value, empty } = setting
  const dialect = dialectFor(setting.dialect)
  const current = (bytes: Buffer): unknown => {
    const { text } = splitText(bytes)
    return text.trim() === '' ? undefined : valueAt(dialect.read(text).value, at)
  }
  return {
    install(bytes) {
      const { mark, text } = splitText(bytes ?? Buffer.alloc(0))
      if (bytes !== undefined && current(bytes) === value) return { bytes, changes: [] }
      const result = applyOperation(dialect, text.trim() === '' ? empty : text, { op: 'set', at, value })
      return { bytes: joinText({ mark, text: result }), changes: [{ event: at.join('.'), action: 'add' }] }
    },
    remove(bytes, original): NewContent {
      const { mark, text } = splitText(bytes)
      const result = removeSetting(dialect, text, at)
      const gone = original !== undefined && original.bytes === undefined && result.trim() === empty.trim()
      return {
        bytes: gone ? undefined : joinText({ mark, text: result }),
        changes: [{ event: at.join('.'), action: 'remove' }],
      }
    },
    holdsOurs: (bytes) => current(bytes) === value,
  }
}

/** Takes the key out, and the objects above it that this empties. */
function removeSetting(dialect: Dialect, text: string, at: readonly string[]): string {
  let out = text
  for (let length = at.length; length > 0; length -= 1) {
    const path = at.slice(0, length)
    const value = valueAt(dialect.read(out).value, path)
    const isLeaf = length === at.length
    if (!isLeaf && !(isRecord(value) && Object.keys(value).length === 0)) break
    const operation: Operation = { op: 'remove', at: path }
    out = applyOperation(dialect, out, operation)
  }
  return out
}
