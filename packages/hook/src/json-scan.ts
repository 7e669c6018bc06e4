/** How far a JSON text was scanned. Only what decides where its first object ends is kept. */
export interface JsonScan {
  depth: number
  inString: boolean
  escaped: boolean
  /** Bytes scanned; once the object is whole, where it ends. */
  end: number
}

export function newJsonScan(): JsonScan {
  return { depth: 0, inString: false, escaped: false, end: 0 }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/** Scans the first `count` of more bytes; whether the first object or array is whole now. All that matters is ASCII, so UTF-8 needs no decoding. */
export function findJsonEnd(scan: JsonScan, bytes: Uint8Array, count: number): boolean {
  for (let index = 0; index < count; index++) {
    const byte = bytes[index]
    if (scan.inString) {
      if (scan.escaped) scan.escaped = false
      else if (byte === BACKSLASH) scan.escaped = true
      else if (byte === QUOTE) scan.inString = false
    } else if (byte === QUOTE) {
      scan.inString = true
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      scan.depth += 1
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      scan.depth -= 1
      if (scan.depth <= 0) {
        scan.end += index + 1
        return true
      }
    }
  }
  scan.end += count
  return false
}
