import type { Dialect } from './document.js'
import { Refused } from './refusal.js'

/** Changes a text of which long foreign parts are left out meanwhile. Throws Refused when one of them would not stay. */
export function inShort(dialect: Dialect, text: string, change: (short: string) => string): string {
  const folded = dialect.fold?.(text)
  if (folded === undefined) return change(text)
  const changed = change(folded.text)
  if (changed === folded.text) return text
  const restored = folded.restore(changed)
  if (restored !== undefined) return restored
  throw notUntouched()
}

/** The same for a change of what stands at a path: what is left out lies deeper than two levels, and a longer path may lead into it. */
export function inShortAt(
  dialect: Dialect,
  text: string,
  { at, change }: { readonly at: readonly string[]; readonly change: (short: string) => string },
): string {
  return at.length > 2 ? change(text) : inShort(dialect, text, change)
}

export function notUntouched(): Refused {
  const message = 'the file could not be changed without touching something else in it'
  return new Refused({ code: 'check-failed', message })
}
