import { createRequire } from 'node:module'
import { isAbsolute, join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { str } from '@rally/core/readers'

/**
 * The file that a plugin declares, which has to lie inside the plugin.
 * @throws Error with a sentence for people
 */
export function entryPath(root: string, entry: unknown, key: string): string {
  const declared = str(entry)
  const path = resolve(root, declared)
  const inside = relative(root, path)
  if (declared === '' || isAbsolute(declared) || inside === '' || inside.startsWith('..')) {
    throw new Error(`its "rally.${key}" does not name a file of the package`)
  }
  return path
}

/** What a CommonJS file exports; `default` where there is one. */
export function requireModule(path: string): unknown {
  return defaultOf(createRequire(path)(path))
}

/** What a file of either module system exports by default. */
export async function importModule(path: string): Promise<unknown> {
  return defaultOf(await import(pathToFileURL(path).href))
}

function defaultOf(module: unknown): unknown {
  return typeof module === 'object' && module !== null && 'default' in module ? module.default : module
}

/** The bundled copy of a host's adapter. */
export function bundledAdapterPath(root: string, id: string): string {
  return join(root, 'dist', 'hosts', `${id}.cjs`)
}
