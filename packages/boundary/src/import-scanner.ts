import type { ImportReference } from './source-tree.js'

/** The token under which plugins register how the imports of one more language are found. */
export const IMPORT_SCANNER = Symbol.for('rally:boundary/import-scanner')

/** Finds the imports of files of one language. */
export interface ImportScanner {
  /** Endings of its files, with the dot: `.go`. */
  readonly endings: readonly string[]
  /** The imports of a file; `path` is relative to the repository. Never throws for broken source. */
  scan(path: string, source: string): readonly ImportReference[] | Promise<readonly ImportReference[]>
}

/** Those of JavaScript, TypeScript and Python come with this plugin; each parser is loaded when its first source is met. */
export const OWN_SCANNERS: readonly ImportScanner[] = [
  {
    endings: ['.js', '.cjs', '.mjs', '.jsx', '.cjsx', '.mjsx', '.ts', '.cts', '.mts', '.tsx', '.ctsx', '.mtsx'],
    scan: async (path, source) => (await import('./scan-javascript.js')).scanJavaScript(path, source),
  },
  { endings: ['.py', '.pyi'], scan: async (_path, source) => (await import('./scan-python.js')).scanPython(source) },
]

/** A scanner that another plugin registered; what is none is passed over. */
export function isImportScanner(value: unknown): value is ImportScanner {
  return (
    typeof value === 'object' &&
    value !== null &&
    'endings' in value &&
    Array.isArray(value.endings) &&
    'scan' in value &&
    typeof value.scan === 'function'
  )
}
