import type { HostConsent } from '@rally/core/ports/host'
import { CONSENTED_COMMANDS } from '@rally/core/rules/host/consented-commands'
import { applyOperation } from './apply-operation.js'
import type { ContentStrategy, NewContent } from './content-strategy.js'
import { dialectFor } from './dialect-for.js'
import type { Path } from './document.js'
import { inShortAt } from './in-short.js'
import { isRecord, valueAt } from './own-entries.js'
import { Refused } from './refusal.js'
import { joinText, splitText } from './target-file.js'
import { textStrategy } from './text-strategy.js'

/** The rules of a consent, one for each command. */
export function rulesOf({ each }: HostConsent): string[] {
  return CONSENTED_COMMANDS.map((command) => each.replaceAll('{command}', command))
}

/** Rally's rules in a settings file of the host, or in a file of their own. */
export function consentStrategy(consent: HostConsent, path: string): ContentStrategy {
  return consent.at === undefined ? fileStrategy(consent, path) : listStrategy(consent, consent.at)
}

/** A file that is rally's alone; each rule counts by itself. */
function fileStrategy(consent: HostConsent, path: string): ContentStrategy {
  const whole = textStrategy({ path, readTemplate: () => `${consent.empty}${rulesOf(consent).join('\n')}\n` })
  const each = ({ bytes, changes }: NewContent): NewContent => ({
    bytes,
    changes: changes.flatMap(({ action }) => CONSENTED_COMMANDS.map((event) => ({ event, action }))),
  })
  return {
    install: (current) => each(whole.install(current)),
    remove: (current, original) => each(whole.remove(current, original)),
    holdsOurs: (current) => whole.holdsOurs(current),
  }
}

/** Whether the list allows all of it: our rules, or one of the user's own that covers them. */
export function allows(list: unknown, consent: HostConsent): boolean {
  if (!Array.isArray(list)) return false
  return consent.accepts?.some((rule) => list.includes(rule)) || rulesOf(consent).every((rule) => list.includes(rule))
}

/** Where rules stand in a list, the last one first. */
function placesIn(list: unknown, rules: readonly string[]): { readonly index: number; readonly rule: string }[] {
  const all = (Array.isArray(list) ? list : []).map((rule: unknown, index) => ({ index, rule: String(rule) }))
  return all.filter(({ rule }) => rules.includes(rule)).reverse()
}

function listStrategy(consent: HostConsent, at: readonly string[]): ContentStrategy {
  const dialect = dialectFor(consent.dialect)
  const rules = rulesOf(consent)
  const read = (text: string): unknown => (text.trim() === '' ? undefined : valueAt(dialect.read(text).value, at))
  return {
    sharesForm: true,
    install(current) {
      const { mark, text } = splitText(current ?? Buffer.alloc(0))
      const start = text.trim() === '' ? consent.empty : text
      const list = read(start)
      if (list !== undefined && !Array.isArray(list)) {
        const message = `${JSON.stringify(at.join('.'))} is no list`
        throw new Refused({ code: 'shape', message, ...dialect.read(start).placeOf(at) })
      }
      const missing = rules.filter((rule) => !list?.includes(rule))
      if (missing.length === 0) return { bytes: current, changes: [] }
      // Written in one piece where there is no list yet: each change is checked against the whole file.
      const change = (short: string): string =>
        list === undefined || list.length === 0
          ? applyOperation(dialect, short, { op: 'set', at, value: missing })
          : missing.reduce((out, value) => applyOperation(dialect, out, { op: 'append', at, value }), short)
      const result = inShortAt(dialect, start, { at, change })
      return { bytes: joinText({ mark, text: result }), changes: missing.map((event) => ({ event, action: 'add' })) }
    },
    remove(current, original) {
      const { mark, text } = splitText(current)
      const before = original?.bytes === undefined ? undefined : splitText(original.bytes).text
      const theirs = before === undefined ? [] : read(before)
      const ours = rules.filter((rule) => !(Array.isArray(theirs) && theirs.includes(rule)))
      const taken = placesIn(read(text), ours).map(({ rule }) => rule)
      const change = (short: string): string => {
        const cut = placesIn(read(short), ours).reduce(
          (out, { index }) => applyOperation(dialect, out, { op: 'remove', at: [...at, index] }),
          short,
        )
        return withoutEmpty(cut, before)
      }
      const result = inShortAt(dialect, text, { at, change })
      const gone = original !== undefined && original.bytes === undefined && result.trim() === consent.empty.trim()
      return {
        bytes: gone ? undefined : joinText({ mark, text: result }),
        changes: taken.map((event) => ({ event, action: 'remove' })),
      }
    },
    holdsOurs(current) {
      if (!current.includes('rally')) return false
      const list = read(splitText(current).text)
      return Array.isArray(list) && rules.some((rule) => list.includes(rule))
    },
  }

  /** Without the list and the objects above it that this emptied, unless they were there before. */
  function withoutEmpty(text: string, before: string | undefined): string {
    let out = text
    for (let length = at.length; length > 0; length -= 1) {
      const path: Path = at.slice(0, length)
      const value = valueAt(dialect.read(out).value, path)
      const isEmpty = Array.isArray(value) ? value.length === 0 : isRecord(value) && Object.keys(value).length === 0
      if (
        !isEmpty ||
        (before !== undefined && before.trim() !== '' && valueAt(dialect.read(before).value, path) !== undefined)
      )
        break
      out = applyOperation(dialect, out, { op: 'remove', at: path })
    }
    return out
  }
}
