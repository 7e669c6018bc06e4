import { str } from '../../readers.js'

/** Ids of hosts are written with underscores; dashes are an alias. Undefined for what cannot be one. */
export function hostIdOf(value: unknown): string | undefined {
  const id = str(value).replaceAll('-', '_')
  return /^[a-z][a-z0-9_]{0,31}$/.test(id) ? id : undefined
}
