import type { HookFileDialect } from '@rally/core/ports/host'
import type { Dialect } from './document.js'
import { jsonDialect } from './json-dialect.js'
import { tomlDialect } from './toml-dialect.js'

export interface DialectOptions {
  readonly refuseComments?: boolean | undefined
  readonly trailingCommas?: boolean | undefined
}

/** The dialect of that name. */
export function dialectFor(name: HookFileDialect, options: DialectOptions = {}): Dialect {
  if (name === 'toml') return tomlDialect
  return jsonDialect({
    comments: name === 'jsonc' && options.refuseComments !== true,
    trailingCommas: name === 'jsonc' && options.trailingCommas === true,
  })
}
