import { userInfo } from 'node:os'
import type { Env } from './user-dirs.js'

/**
 * The login name of whoever runs this process: what the system's user list says, where there is no entry (a container run
 * under a bare number) `$USER` or `$LOGNAME`, else `uid-<number>`.
 */
export function userName(env: Env): string {
  const name = listedName() || env.USER || env.LOGNAME
  return name || `uid-${process.getuid?.() ?? 'unknown'}`
}

function listedName(): string {
  try {
    return userInfo().username
  } catch {
    return ''
  }
}
