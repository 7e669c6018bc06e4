import { compileGlob, isGlob, normalizePath } from './glob.js'

/** Whether a reference of a file is one of the manifest's forbidden imports. */
export type ForbiddenTest = (file: string, specifier: string) => boolean

const SOURCE_ENDING = /\.(?:d\.)?(?:[cm]?[jt]sx?|py)$/

/**
 * An entry of `forbidden_parent_imports`: a package (`@rally/cli`, `node:fs`; subpaths included), or a repository-relative
 * path or glob (`scripts/_paths.py`, `packages/cli/**`), which also stands for the Python module of that path.
 */
export function compileForbidden(entry: string): ForbiddenTest {
  const path = normalizePath(entry)
  const tests: ForbiddenTest[] = [forbidsPath(path)]
  if (path.endsWith('.py')) tests.push(forbidsPythonModule(path))
  else if (!isGlob(path)) tests.push(forbidsPackage(path))
  return (file, specifier) => tests.some((test) => test(file, specifier))
}

function forbidsPackage(name: string): ForbiddenTest {
  const bare = name.replace(/^node:/, '')
  return (_file, specifier) => {
    const asked = specifier.replace(/^node:/, '').replace(/[?#].*$/, '')
    return asked === bare || asked.startsWith(`${bare}/`)
  }
}

/** Relative references resolve against the importing file; endings and `index` files may be left out. */
function forbidsPath(path: string): ForbiddenTest {
  const matches = isGlob(path) ? compileGlob(path) : (asked: string) => asked === path || asked.startsWith(`${path}/`)
  const stem = path.replace(SOURCE_ENDING, '')
  return (file, specifier) => {
    const asked = resolveReference(file, specifier)
    if (asked === undefined) return false
    if (matches(asked) || asked.replace(SOURCE_ENDING, '') === stem) return true
    return ['ts', 'js'].some((ending) => matches(`${asked}.${ending}`) || matches(`${asked}/index.${ending}`))
  }
}

function forbidsPythonModule(path: string): ForbiddenTest {
  const dotted = path
    .replace(/\.py$/, '')
    .replace(/\/__init__$/, '')
    .split('/')
    .join('.')
  const stem = dotted.slice(dotted.lastIndexOf('.') + 1)
  const names = [...new Set([dotted, stem])]
  return (file, specifier) => {
    if (!file.endsWith('.py')) return false
    if (specifier.endsWith('.py'))
      return normalizePath(specifier) === path || specifier.endsWith(`/${path}`) || specifier === `${stem}.py`
    const asked = absoluteModule(file, specifier)
    return names.some((name) => asked === name || asked.startsWith(`${name}.`))
  }
}

/** `from ..a import b` of `x/y/z.py` is `x.a.b`. */
function absoluteModule(file: string, specifier: string): string {
  const dots = /^\.+/.exec(specifier)?.[0].length ?? 0
  if (dots === 0) return specifier
  const folder = file.split('/').slice(0, -dots)
  return [...folder, specifier.slice(dots)].filter((part) => part !== '').join('.')
}

/** The repository-relative path of a relative reference; undefined for a package or a path that leaves the repository. */
export function resolveReference(file: string, specifier: string): string | undefined {
  if (!/^\.{0,2}\//.test(specifier) && specifier !== '.' && specifier !== '..') return undefined
  const segments = specifier.startsWith('/') ? [] : file.split('/').slice(0, -1)
  for (const segment of specifier.replace(/[?#].*$/, '').split('/')) {
    if (segment === '..') {
      if (segments.pop() === undefined) return undefined
    } else if (segment !== '' && segment !== '.') segments.push(segment)
  }
  return segments.join('/')
}
