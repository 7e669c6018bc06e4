import { createHash, randomBytes, randomInt } from 'node:crypto'
import type { Clock, Ids } from '@rally/core/ports/clock'

/** The clock of this machine. */
export const systemClock: Clock = Object.freeze({ now: () => Date.now() / 1000 })

/** Ids from the cryptographic source of this machine. */
export const systemIds: Ids = Object.freeze<Ids>({
  hex: (length) =>
    randomBytes(Math.ceil(length / 2))
      .toString('hex')
      .slice(0, length),
  digits: (length) => Array.from({ length }, () => randomInt(10)).join(''),
})

/** SHA-256 of a text's UTF-8 bytes, 64 lower-case hexadecimal digits. */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}
