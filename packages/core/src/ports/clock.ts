/** Time and randomness, so that no rule reads them by itself. */
export interface Clock {
  /** Seconds since the epoch, with a fraction (the unit of every stored `ts`). */
  now(): number
}

/** Unique ids. */
export interface Ids {
  /** `length` lower-case hexadecimal digits from a cryptographic source. */
  hex(length: number): string
  /** `length` decimal digits. */
  digits(length: number): string
}
