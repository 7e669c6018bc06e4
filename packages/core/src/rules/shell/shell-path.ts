/** Longer paths name no file; it also bounds what a long row of `cd` costs. */
const MAX_PATH = 4096

/**
 * `path` as seen from `folder` (both `/`-separated, `.` for the folder where the command starts), without `.`, `..` and
 * doubled slashes where that can be done by name. Undefined where the folder is not known, or for no path.
 */
export function shellPath(folder: string | undefined, path: string): string | undefined {
  if (path === '' || /[\n\0]/.test(path)) return undefined
  const isAbsolute = path.startsWith('/')
  if (!isAbsolute && folder === undefined) return undefined
  const joined = isAbsolute ? path : `${folder}/${path}`
  if (joined.length > MAX_PATH) return undefined
  const root = joined.startsWith('/')
  const kept: string[] = []
  for (const part of joined.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') kept.push(part)
    else if (kept.length > 0 && kept[kept.length - 1] !== '..') kept.pop()
    else if (!root) kept.push('..')
  }
  return root ? `/${kept.join('/')}` : kept.join('/') || '.'
}

/** The last name of a path; undefined for one that has none (`.`, `..`, `/`). */
export function lastName(path: string): string | undefined {
  const name = path.replace(/\/+$/, '').split('/').pop()
  return name === undefined || name === '' || name === '.' || name === '..' ? undefined : name
}
