import { readFileSync, writeFileSync } from 'node:fs'

const IMPORT_CALL = /\bimport\((?!\))/g

/**
 * What is left of `import(…)` in the bundle loads files outside of it. Compiled code that comes from a cache has no import
 * callback, so the starter (bin/rally.cjs) hands one in as `__import`.
 */
export function redirectImports(file) {
  const source = readFileSync(file, 'utf8')
  const count = source.match(IMPORT_CALL)?.length ?? 0
  if (count === 0) throw new Error(`${file}: no dynamic import found; the starter's __import is out of date`)
  // Text of ASCII alone takes half the memory; what esbuild leaves in regular expressions is escaped here.
  const ascii = source.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
  writeFileSync(file, ascii.replace(IMPORT_CALL, '__import('))
}
