import type { Env } from './user-dirs.js'

/**
 * The environment for a program that is looked up by its name: PATH without relative entries. `.` or an empty entry would
 * find a file of that name in the folder it is started in, which is a repository's.
 */
export function programEnv(env: Env): Record<string, string | undefined> {
  const { PATH } = env
  if (PATH === undefined) return { ...env }
  return {
    ...env,
    PATH: PATH.split(':')
      .filter((folder) => folder.startsWith('/'))
      .join(':'),
  }
}
