import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type ErrorCatalogue, errorsOf } from '@rally/core/errors'
import { describe, expect, it } from 'vitest'

// Every failure of every package: each package has its own catalogue, and no code stands in two of them.

const packages = join(import.meta.dirname, '../packages')
const catalogues: [string, ErrorCatalogue][] = []
for (const name of readdirSync(packages)) {
  const file = join(packages, name, 'dist/errors.js')
  if (existsSync(file)) catalogues.push([name, (await import(pathToFileURL(file).href)).CATALOGUE])
}
const failures = catalogues.flatMap(([name, catalogue]) =>
  Object.keys(catalogue).map((code) => ({ name, code, catalogue, make: errorsOf(catalogue) })),
)

describe('the catalogues', () => {
  it('are several, without a code in common', () => {
    expect(catalogues.length).toBeGreaterThan(1)
    expect(new Set(failures.map(({ code }) => code)).size).toBe(failures.length)
  })

  it.each(failures)(
    '$name: $code makes a sentence and a hint of whatever details there are',
    ({ code, catalogue, make }) => {
      for (const details of [{}, { value: 5, reason: null, what: ['x'], path: { a: 1 } }]) {
        const error = make(code, details)
        expect(error).toMatchObject({ name: 'RallyError', code, details, exit: catalogue[code]?.exit })
        expect(error.message).toMatch(/^\S.*\S$/s)
        expect(error.hint === null || /\S/.test(error.hint)).toBe(true)
      }
    },
  )

  it.each(failures)('$name: $code puts nothing into a sentence that a terminal would obey', ({ code, make }) => {
    const evil = '\u001b[2J\u202e\u0007\r\n\u200b'
    const named = ['workdir', 'value', 'dir', 'root', 'version', 'path', 'holder', 'host']
    const details = Object.fromEntries(named.map((name) => [name, evil]))
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the point
    expect(make(code, details).message).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b\u202e]/)
  })
})
