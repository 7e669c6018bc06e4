import { RallyError } from './errors.js'

/** Ids of sessions, tools and agents (architecture: the identity port). A colon is legal: `agent:coder-1a2b`. */
export const ID_PATTERN = /^[A-Za-z0-9_:@-][A-Za-z0-9_.:@-]{0,127}$/

/** Whether `value` may be used as a session or tool id. */
export function isSafeId(value: unknown): value is string {
  return typeof value === 'string' && ID_PATTERN.test(value)
}

/**
 * The id itself, checked before any path, subject or key is built from it.
 * @throws RallyError UNSAFE_ID
 */
export function requireSafeId(value: unknown, what: string): string {
  if (isSafeId(value)) return value
  throw new RallyError('UNSAFE_ID', { what, value: typeof value === 'string' ? value.slice(0, 200) : String(value) })
}

/**
 * The file-name form of a tool id or session id (protocol section 2, "safe name"): runs of other characters become one
 * underscore, dots and underscores are stripped at both ends, nothing left becomes `unknown`. Case is kept.
 */
export function safeName(value: string): string {
  const name = value
    .trim()
    .replace(/[^A-Za-z0-9_.-]+/g, '_')
    .replace(/^[._]+|[._]+$/g, '')
  return name === '' ? 'unknown' : name
}
