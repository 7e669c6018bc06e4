import { writeSync } from 'node:fs'

/** Exit quietly when the reader of a pipe has gone away (`rally … | head`). */
function isClosedPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EPIPE' || error.code === 'ECONNRESET')
}

/**
 * Writes everything to a file descriptor, waiting for a slow reader. `writeSync` rather than `process.stdout`: loading the
 * stream costs a fifth of Node's own start-up. Ends the process with exit 0 when the pipe is closed.
 */
function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8')
  let done = 0
  while (done < bytes.length) {
    try {
      done += writeSync(fd, bytes, done)
    } catch (error) {
      if (isClosedPipe(error)) process.exit(0)
      if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
        continue
      }
      throw error
    }
  }
}

export function writeStdout(text: string): void {
  writeAll(1, text)
}

/** Talk for people. A closed stderr is no reason to fail. */
export function writeStderr(text: string): void {
  try {
    writeAll(2, text)
  } catch {}
}

/** Plain loops: a status of a crowded room has thousands of keys. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(sorted)
  const source = value as Record<string, unknown>
  const result: Record<string, unknown> = {}
  for (const key of Object.keys(source).sort()) {
    const item = source[key]
    if (item !== undefined) result[key] = typeof item === 'object' ? sorted(item) : item
  }
  return result
}

function escapeNonAscii(json: string): string {
  if (!/[\u007f-\uffff]/.test(json)) return json
  return json.replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** One JSON document as the existing readers know it: keys sorted, indented by two, ASCII only, newline at the end. */
export function renderJson(value: unknown): string {
  return `${escapeNonAscii(JSON.stringify(sorted(value), null, 2))}\n`
}

/** One line of JSON Lines: compact, ASCII only, keys in the order given. */
export function renderJsonLine(value: unknown): string {
  return `${escapeNonAscii(JSON.stringify(value))}\n`
}
