/**
 * Which runs of three bytes a block of text has, letter case of ASCII aside, in 64 Kibit: what a filter says no to is not in
 * the block, what it says yes to may be.
 */
export const FILTER_BYTES = 8192

const SPREAD = 0x9e3779b1
/** Bytes with small letters for capitals. */
const FOLDED = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 65 && byte <= 90 ? byte + 32 : byte))

export function makeFilter(bytes: Uint8Array, length: number): Buffer {
  const filter = Buffer.alloc(FILTER_BYTES)
  let run = 0
  for (let i = 0; i < length; i++) {
    run = ((run << 8) | (FOLDED[bytes[i] as number] as number)) & 0xffffff
    const bit = Math.imul(run, SPREAD) >>> 16
    filter[bit >>> 3] = (filter[bit >>> 3] as number) | (1 << (bit & 7))
  }
  return filter
}

/** The bits that all have to be set in the filter of a block with these words (ASCII, small letters). */
export function bitsOf(words: readonly string[]): number[] {
  const bits = new Set<number>()
  for (const word of words) {
    for (let i = 2; i < word.length; i++) {
      const run = (word.charCodeAt(i - 2) << 16) | (word.charCodeAt(i - 1) << 8) | word.charCodeAt(i)
      bits.add(Math.imul(run, SPREAD) >>> 16)
    }
  }
  return [...bits]
}

/** Whether all bits are set in the filter that starts at `offset`. */
export function mayHave(filters: Uint8Array, offset: number, bits: readonly number[]): boolean {
  return bits.every((bit) => ((filters[offset + (bit >>> 3)] as number) & (1 << (bit & 7))) !== 0)
}
