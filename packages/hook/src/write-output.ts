import fs from 'node:fs'

const PAUSE_MS = 2

/** Writes all of a text to stdout, or to another descriptor; false when nobody reads it, or not before the deadline (`Date.now()`). */
export function writeOutput(text: string, deadline: number, fd = 1): boolean {
  const bytes = Buffer.from(text)
  for (let done = 0; done < bytes.length; ) {
    try {
      done += fs.writeSync(fd, bytes, done)
    } catch (error) {
      const { code } = error as { code?: unknown }
      if ((code !== 'EAGAIN' && code !== 'EINTR') || Date.now() >= deadline) return false
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS)
    }
  }
  return true
}
