/**
 * A checksum that finds damage, not malice: FNV-1a over words of four bytes, then over the bytes behind the last one; eight
 * hexadecimal digits. The starter of hooks counts in the same way.
 */
export function checksum(text: string): string {
  const bytes = new Uint8Array(Buffer.from(text))
  const words = new Int32Array(bytes.buffer, 0, bytes.length >> 2)
  let sum = 0x811c9dc5
  for (const word of words) sum = Math.imul(sum ^ word, 0x01000193)
  for (let i = words.length << 2; i < bytes.length; i++) sum = Math.imul(sum ^ (bytes[i] ?? 0), 0x01000193)
  return (sum >>> 0).toString(16).padStart(8, '0')
}

/** A text of one line with its checksum on a second one. */
export function withChecksum(line: string): string {
  return `${line}\n${checksum(line)}\n`
}

/** The line of a text that `withChecksum` made; undefined when a bit of it is another. */
export function checkedLine(text: string): string | undefined {
  const end = text.indexOf('\n')
  const line = text.slice(0, Math.max(end, 0))
  return end >= 0 && text === withChecksum(line) ? line : undefined
}
