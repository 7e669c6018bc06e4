import { userInfo } from 'node:os'
import { isAbsolute, join } from 'node:path'

export type Env = Readonly<Record<string, string | undefined>>

/** The user's home folder: `$HOME`, else what the system knows about the user, else `/`, as containers have it for a user without a name. */
export function homeDir(env: Env): string {
  return env.HOME || knownHome()
}

/** Not `homedir()`: that takes an empty `$HOME` for a folder, and the working folder would be the home. */
function knownHome(): string {
  try {
    return userInfo().homedir || '/'
  } catch {
    return '/'
  }
}

/** A leading `~` or `~/` replaced by the home folder; `~name` stays as it is. */
export function expandHome(path: string, env: Env): string {
  if (path === '~') return homeDir(env)
  return path.startsWith('~/') ? join(homeDir(env), path.slice(2)) : path
}

/** `$XDG_CONFIG_HOME/rally`. The XDG rules ignore a variable that is empty or not absolute. */
export function configDir(env: Env): string {
  return join(xdg(env.XDG_CONFIG_HOME) ?? join(homeDir(env), '.config'), 'rally')
}

/** `$XDG_STATE_HOME/rally`: what must survive a restart but is no configuration. */
export function stateDir(env: Env): string {
  return join(xdg(env.XDG_STATE_HOME) ?? join(homeDir(env), '.local', 'state'), 'rally')
}

/** `$XDG_CACHE_HOME/rally`: what may be deleted at any time. */
export function cacheDir(env: Env): string {
  return join(xdg(env.XDG_CACHE_HOME) ?? join(homeDir(env), '.cache'), 'rally')
}

function xdg(value: string | undefined): string | undefined {
  return value && isAbsolute(value) ? value : undefined
}
