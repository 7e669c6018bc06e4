/** One awkward file. Without `refused` rally has to be able to work with it. */
export interface CorpusCase {
  readonly name: string
  /** Text, or bytes where they are no legal text. */
  readonly text: string | Uint8Array
  readonly refused?: { readonly code: string; readonly line?: number; readonly column?: number }
}

export const bytesOf = (text: string | Uint8Array): Buffer => Buffer.from(text)
