import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from 'node:fs'
import { Refused } from '../refusal.js'
import { unreadable } from '../target-file.js'
import { isShellScript } from './guard-script.js'

/** A larger hook is a program, not a script. */
const LARGEST = 4 * 1024 * 1024

/** What stands where git looks for a hook. */
export type HookFile =
  | { readonly kind: 'absent' }
  /** A symbolic link: what it leads to is not rally's to change. */
  | { readonly kind: 'link' }
  | {
      readonly kind: 'file'
      /** The bytes as Latin-1; empty for a program that is too large to be a script. */
      readonly text: string
      /** Git runs it. */
      readonly isExecutable: boolean
      /** Lines may go into it: it runs, is a shell script, and has no other name. */
      readonly takesLines: boolean
      readonly inode: bigint
    }

/** Throws Refused for a folder, a pipe or what cannot be read. */
export function readHook(path: string): HookFile {
  try {
    const stat = lstatSync(path, { throwIfNoEntry: false })
    if (stat === undefined) return { kind: 'absent' }
    if (stat.isSymbolicLink()) return { kind: 'link' }
    if (!stat.isFile()) throw new Refused({ code: 'not-a-file', message: 'it is not a regular file' })
    return readRegular(path)
  } catch (error) {
    if (error instanceof Refused) throw error
    throw unreadable(path, error)
  }
}

function readRegular(path: string): HookFile {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW)
  try {
    const stat = fstatSync(fd, { bigint: true })
    const text = stat.size > LARGEST ? '' : readFileSync(fd, 'latin1')
    const isExecutable = (stat.mode & 0o111n) !== 0n
    const takesLines = isExecutable && stat.nlink === 1n && isShellScript(text)
    return { kind: 'file', text, isExecutable, takesLines, inode: stat.ino }
  } finally {
    closeSync(fd)
  }
}
