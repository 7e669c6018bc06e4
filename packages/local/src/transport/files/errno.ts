import { RallyError } from '@rally/core/errors'
import { ownerHint, ownerNote } from '../../system/owner.js'

/** The code of an operating-system error (`ENOENT`), or undefined. */
export function errnoOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : undefined
}

/** Whether the error only says that there is nothing there. */
export function isAbsent(error: unknown): boolean {
  const code = errnoOf(error)
  return code === 'ENOENT' || code === 'ENOTDIR'
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file reached its size limit',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'the operation is not permitted',
  EIO: 'the device reported an I/O error',
  EMFILE: 'too many files are open in this process',
  ENFILE: 'too many files are open on this machine',
  ENAMETOOLONG: 'the file name is too long',
  ELOOP: 'a symbolic link leads out of the channel',
  ENOTREG: 'there is something that is not a regular file in its place',
  ENOTDIR: 'there is something that is not a folder in its place',
  EISDIR: 'there is a folder in its place',
  ENOENT: 'the channel folder disappeared',
  ESHORT: 'the device took only a part of it; it is probably full',
}

/** What helps where it is neither the space nor the owner. */
const HINTS: Readonly<Record<string, string>> = {
  EROFS: 'mount it for writing, or name a folder that can be written: AGENT_RALLY_APPS_ROOT',
  EACCES: 'rally doctor says whose the room is and what its permissions are',
  EPERM: 'rally doctor says whose the room is and what its permissions are',
}

/** Why an operation failed, without any path that a peer could have chosen. */
export function reasonOfErrno(error: unknown): string {
  const code = errnoOf(error)
  if (code !== undefined) return REASONS[code] ? `${REASONS[code]} (${code})${ownerNote(error)}` : code
  return error instanceof Error ? error.message : String(error)
}

/** An error with a code, thrown by the file helpers where the operating system has none. */
export function errnoError(code: string): Error {
  return Object.assign(new Error(REASONS[code] ?? code), { code })
}

/** `error` as the failure of a write in the room `dir` that a user can meet; failures that already are one pass through. */
export function storeFailure(what: string, error: unknown, dir?: string): RallyError {
  if (error instanceof RallyError) return error
  const hint = (dir === undefined ? undefined : ownerHint(dir, error)) ?? HINTS[errnoOf(error) ?? '']
  const reason = reasonOfErrno(error)
  return new RallyError('NOT_STORED', { what, reason, ...(hint === undefined ? {} : { hint }) }, { cause: error })
}

/** `error` as the failure of a read that a user can meet. */
export function readFailure(path: string, error: unknown): RallyError {
  if (error instanceof RallyError) return error
  return new RallyError('READ_FAILED', { path, reason: reasonOfErrno(error) }, { cause: error })
}
