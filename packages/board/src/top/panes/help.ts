import { cell, cut } from '../cells.js'
import type { Theme } from '../theme.js'

const KEYS: readonly (readonly [string, string])[] = [
  ['↑ ↓  j k', 'move; g and G: the first, the last'],
  ['t', 'tell the selected agent; it hears it at its next tool call'],
  ['r', 'reply to its open question, else to the first one of anybody'],
  ['h', 'accept or decline its handoff, else the first one; one that was accepted: done'],
  ['c', 'claim files for you: agents are warned before they edit them'],
  ['s', 'stop a dead one: a silent or gone session leaves the room'],
  ['a', 'list all: the silent and gone ones, too'],
  ['/', 'show only agents and entries with a word in them'],
  ['Enter', 'all about the selected agent, and back'],
  ['PgUp PgDn', 'scroll the timeline back and forth; End: the newest'],
  ['Esc', 'cancel, take the filter away, close this page'],
  ['q  Ctrl-C', 'quit; nothing of the room changes'],
]

const WORDS: readonly (readonly [string, string])[] = [
  ['!', 'in trouble: a collision, or what stands at the top'],
  ['asks', 'waits for an answer'],
  ['silent', 'not heard of for long'],
  ['gone', 'has ended'],
]

/** What the keys do, and what the words of the list mean. */
export function helpPane({ columns, theme }: { readonly columns: number; readonly theme: Theme }): string[] {
  const lines = (pairs: typeof KEYS) =>
    pairs.map(([key, does]) => cut(`  ${theme.bold(cell(key, 10))} ${does}`, columns))
  return [...lines(KEYS), '', ...lines(WORDS)]
}
