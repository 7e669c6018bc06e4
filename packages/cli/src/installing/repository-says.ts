import { mergeHookSettings } from '@rally/core/moments/settings'
import { repositoryConfigurationPath } from '@rally/local/configuration/create-configuration'
import { isOffHere, readHookSettings, readUserConfiguration } from '@rally/local/configuration/hook-settings'
import type { Env } from '@rally/local/system/user-dirs'

/** A setting of hooks that a repository's `.rally.json` has changed for everybody who works there. */
export interface RepositorySetting {
  /** As it stands in the file: `hooks.collision`. */
  readonly key: string
  readonly value: string
  /** What would hold without the file. */
  readonly yours: string
  readonly path: string
}

const KEYS = [
  ['hooks.enabled', 'enabled'],
  ['hooks.collision', 'collision'],
  ['hooks.budget', 'budget'],
  ['picture.prompts', 'prompts'],
] as const

/** What the repository's file makes different here, as hooks read it; empty outside of a repository. */
export function repositorySettings(env: Env, repoRoot: string | undefined): RepositorySetting[] {
  if (repoRoot === undefined) return []
  const user = readUserConfiguration(env)
  const alone = mergeHookSettings(user, undefined)
  // Whoever switched hooks off for himself here has done that, not the repository.
  const mine = { ...alone, enabled: alone.enabled && !isOffHere(user, repoRoot) }
  const here = readHookSettings(user, repoRoot)
  const path = repositoryConfigurationPath(repoRoot)
  return KEYS.flatMap(([key, name]) =>
    mine[name] === here[name] ? [] : [{ key, value: String(here[name]), yours: String(mine[name]), path }],
  )
}

/** Whether it takes warnings away rather than adding any. */
export function isQuieter({ key, value }: RepositorySetting): boolean {
  return (key === 'hooks.enabled' && value === 'false') || (key === 'hooks.collision' && value === 'off')
}

export function sayRepositorySetting({ key, value, yours, path }: RepositorySetting): string {
  return `${path} sets ${key} to ${value} for everybody here (without it: ${yours})`
}

/** What the repository takes away for everybody, said. */
export function saysQuieter(env: Env, repoRoot: string): string[] {
  return repositorySettings(env, repoRoot).filter(isQuieter).map(sayRepositorySetting)
}
