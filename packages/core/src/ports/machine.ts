/** This machine, for whoever has to know what was written on it. */
export interface Machine {
  /** Opaque and lasting; a changed host name changes nothing. */
  id(): string
}
