/** What the last probe of a host on this machine found. Names of moments as they stand in a file. */
export interface HostProbe {
  /** Of the host; null where nobody could say. */
  readonly version: string | null
  /** Epoch seconds. */
  readonly probedAt: number
  /** Moments whose text came back from the model. */
  readonly heard: readonly string[]
  /** Moments whose text is declared to reach it, and did not come back. */
  readonly lost: readonly string[]
}
