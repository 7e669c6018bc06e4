/** Keeps the parts of a hook apart: one that fails is remembered for the journal, and the others go on. */
export interface Faults {
  /** `fault:<code>` of the first failure. */
  readonly code: string | undefined
  attempt<T>(part: () => T): T | undefined
}

export function collectFaults(): Faults {
  let code: string | undefined
  return {
    get code() {
      return code
    },
    attempt(part) {
      try {
        return part()
      } catch (error) {
        code ??= faultCode(error)
        return undefined
      }
    },
  }
}

/** The journal's word for a failure: its code, never its message, which may hold names of files. */
export function faultCode(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown }
  const word = typeof code === 'string' ? code : typeof name === 'string' ? name : 'unknown'
  return `fault:${word.replace(/[^A-Za-z0-9_]/g, '').slice(0, 40)}`
}
