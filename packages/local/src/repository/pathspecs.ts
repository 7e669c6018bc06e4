import type { Env } from '../system/user-dirs.js'

/** How whoever called us wants file names to be read; git hands it on to its hooks. */
const READINGS = ['LITERAL', 'GLOB', 'NOGLOB', 'ICASE'].map((word) => `GIT_${word}_PATHSPECS`)

/** The environment in which file names mean to git what rally says of them. */
export function withOwnPathspecs(env: Env): Env {
  return { ...env, ...Object.fromEntries(READINGS.map((name) => [name, undefined])) }
}
