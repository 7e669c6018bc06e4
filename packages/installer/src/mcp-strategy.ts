import type { HostMcpSetting } from '@rally/core/ports/host'
import { applyOperation } from './apply-operation.js'
import type { ContentStrategy, KnownOriginal, NewContent } from './content-strategy.js'
import { dialectFor } from './dialect-for.js'
import type { Path } from './document.js'
import { sameContent } from './entries-strategy.js'
import { inShortAt } from './in-short.js'
import { isRecord, valueAt } from './own-entries.js'
import { Refused } from './refusal.js'
import { sameValue } from './same-value.js'
import { joinText, splitText } from './target-file.js'
import { applyUndo } from './text-diff.js'

/**
 * What tells a host of rally's server, or that its agents may use it: one value in one of its files. A server that somebody set
 * up as rally's by hand stays as it is; another one of that name is refused.
 */
export function mcpStrategy(setting: HostMcpSetting): ContentStrategy {
  const { at, value, list = false, empty } = setting
  const dialect = dialectFor(setting.dialect)
  const read = (text: string): unknown => (text.trim() === '' ? undefined : dialect.read(text).value)
  /** Where our value stands. */
  const own = (text: string): Path | undefined => {
    const found = valueAt(read(text), at)
    if (!list) return isOurServer(found) ? at : undefined
    const index = Array.isArray(found) ? found.findIndex((item) => sameValue(item, value)) : -1
    return index < 0 ? undefined : [...at, index]
  }
  return {
    install(current) {
      const { mark, text } = splitText(current ?? Buffer.alloc(0))
      if (current !== undefined && own(text) !== undefined) return { bytes: current, changes: [] }
      if (!list && valueAt(read(text), at) !== undefined)
        throw new Refused({ code: 'shape', message: `${JSON.stringify(at.join('.'))} is another server of that name` })
      const operation = { op: list ? 'append' : 'set', at, value } as const
      const start = text.trim() === '' ? empty : text
      const change = (short: string): string => applyOperation(dialect, short, operation)
      const result = inShortAt(dialect, start, { at, change })
      return { bytes: joinText({ mark, text: result }), changes: [{ event: at.join('.'), action: 'add' }] }
    },
    remove(current, original): NewContent {
      const { mark, text } = splitText(current)
      if (own(text) === undefined) return { bytes: current, changes: [] }
      const before = original?.bytes === undefined ? undefined : read(splitText(original.bytes).text)
      const change = (short: string): string => withoutValue(setting, short, { place: own(short) ?? at, before })
      const cut = inShortAt(dialect, text, { at, change })
      const changes = [{ event: at.join('.'), action: 'remove' as const }]
      if (original !== undefined && original.bytes === undefined && sameText(cut, empty)) {
        return { bytes: undefined, changes }
      }
      return { bytes: joinText({ mark, text: undone(setting, text, { cut, original }) }), changes }
    },
    holdsOurs: (current) => current.includes('rally') && own(splitText(current).text) !== undefined,
  }
}

/** Ours is whatever starts `rally mcp`, wherever the program lies. */
function isOurServer(found: unknown): boolean {
  if (!isRecord(found) || typeof found.command !== 'string' || !Array.isArray(found.args)) return false
  return /(^|\/)rally(\.cjs)?$/.test(found.command) && found.args[0] === 'mcp'
}

/** Takes the value out, and what it leaves empty above it unless that stood there before rally came. */
function withoutValue(
  { at, dialect: name }: HostMcpSetting,
  text: string,
  { place, before }: { readonly place: Path; readonly before: unknown },
): string {
  const dialect = dialectFor(name)
  let out = applyOperation(dialect, text, { op: 'remove', at: place })
  for (let length = place.length - 1; length > 0; length -= 1) {
    const above = at.slice(0, length)
    const left = valueAt(dialect.read(out).value, above)
    const isEmpty = typeof left === 'object' && left !== null && Object.keys(left).length === 0
    if (!isEmpty || valueAt(before, above) !== undefined) break
    out = applyOperation(dialect, out, { op: 'remove', at: above })
  }
  return out
}

/** The kept way back restores white space as well, where it takes out exactly what has to go. */
function undone(
  { dialect }: HostMcpSetting,
  text: string,
  { cut, original }: { readonly cut: string; readonly original: KnownOriginal | undefined },
): string {
  const back = original?.undo ? applyUndo(text, original.undo) : undefined
  return back !== undefined && sameContent(dialectFor(dialect), back, cut) ? back : cut
}

function sameText(a: string, b: string): boolean {
  return a.trim() === b.trim()
}
