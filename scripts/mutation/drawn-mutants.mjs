import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../ready.mjs'

/** The drawn mutants and what became of each: committed, so that the score can be read and run again. */
export const DRAWN_FILE = join(root, 'scripts/mutation/drawn.json')

export const DETECTED = new Set(['Killed', 'Timeout'])
export const UNDETECTED = new Set(['Survived', 'NoCoverage'])

/**
 * Names for mutants that outlive other changes of their file: what is replaced by what, and which of several equal ones.
 * `read` answers the text of a file.
 */
export function nameMutants(mutants, read) {
  const seen = new Map()
  const byPlace = (a, b) =>
    a.fileName === b.fileName
      ? a.location.start.line - b.location.start.line || a.location.start.column - b.location.start.column
      : a.fileName < b.fileName
        ? -1
        : 1
  return [...mutants].sort(byPlace).map((mutant) => {
    const lines = read(mutant.fileName).split('\n')
    const original = cut(lines, mutant.location)
    const base = [mutant.fileName, mutant.mutatorName, digest(original), digest(mutant.replacement)].join(' ')
    const nth = seen.get(base) ?? 0
    seen.set(base, nth + 1)
    return { mutant, original, key: digest(`${base} ${nth}`) }
  })
}

/** Where a mutant stands among all: by chance, and the same on each machine. */
export function rank(seed, key) {
  return digest(`${seed} ${key}`)
}

export function readDrawn() {
  return JSON.parse(readFileSync(DRAWN_FILE, 'utf8'))
}

/** One mutant a line, so that a change of one is a change of one line. */
export function writeDrawn({ mutants, ...head }) {
  const lines = mutants.map((one) => `    ${JSON.stringify(one)}`).join(',\n')
  const text = JSON.stringify({ ...head, mutants: [] }, null, 2).replace(/\[\]\n\}$/, () => `[\n${lines}\n  ]\n}`)
  writeFileSync(DRAWN_FILE, `${text}\n`)
}

function cut(lines, { start, end }) {
  // Stryker counts lines and columns from 0 inside, and from 1 in reports; here they are the inner ones.
  if (start.line === end.line) return (lines[start.line] ?? '').slice(start.column, end.column)
  return [
    (lines[start.line] ?? '').slice(start.column),
    ...lines.slice(start.line + 1, end.line),
    (lines[end.line] ?? '').slice(0, end.column),
  ].join('\n')
}

function digest(text) {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
