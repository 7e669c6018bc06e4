import { closeSync, openSync, readSync } from 'node:fs'
import type { Ids } from '@rally/core/ports/clock'

/** Bytes from the kernel's generator. Read as a file, because loading `node:crypto` costs a tenth of Node's start-up. */
function randomBytes(count: number): Buffer {
  const bytes = Buffer.alloc(count)
  const fd = openSync('/dev/urandom', 'r')
  try {
    let done = 0
    while (done < count) done += readSync(fd, bytes, done, count - done, null)
  } finally {
    closeSync(fd)
  }
  return bytes
}

/** Unique ids of this machine. */
export function createIds(): Ids {
  return Object.freeze({
    hex: (length) =>
      randomBytes(Math.ceil(length / 2))
        .toString('hex')
        .slice(0, length),
    // 64 random bits leave no bias that anybody could see in a handful of digits.
    digits: (length) => String(randomBytes(8).readBigUInt64BE() % 10n ** BigInt(length)).padStart(length, '0'),
  } satisfies Ids)
}
