import { readFileSync, readSync } from 'node:fs'
import { sha256 } from './surroundings.js'

/** Bytes that nobody changes any more, with their SHA-256. */
export interface KnownBytes {
  readonly bytes: Buffer
  readonly hash: string
}

/** A settings file as it was and as it is, and small ones in between. */
const LATEST = 8
const latest: KnownBytes[] = []
/** Where a file is read to that may well hold what is known: a settings file of megabytes is read ten times for one change. */
let scratch = Buffer.alloc(0)

/**
 * What an open file of `size` bytes holds. A file that did not change has the same buffer as before, of which others know the text and the
 * hash.
 */
export function readKnown(fd: number, size: number): KnownBytes {
  const likely = latest.filter(({ bytes }) => bytes.length === size)
  if (size === 0 || likely.length === 0) return remember(readFileSync(fd))
  if (scratch.length < size + 1) scratch = Buffer.alloc(size + 1)
  let done = 0
  for (let got = -1; got !== 0 && done <= size; done += got) got = readSync(fd, scratch, done, size + 1 - done, done)
  // Longer than it was when its size was asked for.
  if (done > size) return remember(readFileSync(fd))
  const found = scratch.subarray(0, done)
  return likely.find(({ bytes }) => bytes.equals(found)) ?? remember(Buffer.from(found))
}

/** Takes bytes for what a file will hold. */
export function remember(bytes: Buffer): KnownBytes {
  const known = latest.find((one) => one.bytes.equals(bytes))
  if (known !== undefined) return known
  const fresh = { bytes, hash: sha256(bytes) }
  latest.unshift(fresh)
  latest.length = Math.min(latest.length, LATEST)
  return fresh
}
