import fs from 'node:fs'
import type { OpenFile } from './open-regular.js'

/** A file that stays open between writes, as long as the name still means the same file. */
export interface KeptFile {
  /** The file that bears the name now, with its present size; opened (and created) when it is not the one held. */
  current(): OpenFile
  close(): void
}

/**
 * Others rename and remove the files of a channel: one `lstat` tells, where opening and closing cost four calls.
 * `replacedOnly`: for a file that is replaced but never renamed away; then its link count tells, at half the cost.
 */
export function keepFile(path: string, open: () => OpenFile, options: { replacedOnly?: boolean } = {}): KeptFile {
  let held: OpenFile | undefined
  const close = (): void => {
    if (held !== undefined) fs.closeSync(held.fd)
    held = undefined
  }
  const sizeNow = (file: OpenFile): number | undefined => {
    if (options.replacedOnly) {
      const stats = fs.fstatSync(file.fd)
      return stats.nlink > 0 ? stats.size : undefined
    }
    const named = fs.lstatSync(path, { throwIfNoEntry: false })
    return named?.ino === file.ino && named.dev === file.dev ? named.size : undefined
  }
  return {
    current() {
      const size = held && sizeNow(held)
      if (held !== undefined && size !== undefined) return { ...held, size }
      close()
      held = open()
      return held
    },
    close,
  }
}
