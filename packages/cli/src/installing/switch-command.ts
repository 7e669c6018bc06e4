import * as Flags from '@oclif/core/flags'
import { RallyError } from '@rally/core/errors'
import type { HooksSwitchOutput } from '@rally/core/model/outputs/hooks-off'
import { isPerson } from '@rally/core/rules/roster/person'
import { repositoryConfigurationPath, userConfigurationPath } from '@rally/local/configuration/create-configuration'
import { type SessionFlags, sessionFlags } from '../flags.js'
import type { Outcome } from '../print-outcome.js'
import type { Rally } from '../rally.js'
import { mainCheckout, makeSurroundings } from './make-surroundings.js'
import { findRepoRoot, needRepoRoot } from './repo-root.js'
import { findSilence } from './silenced.js'
import { type Switched, switchInFile, switchSession } from './switch-hooks.js'

const SCOPES = ['session', 'repo', 'user'] as const
type SwitchScope = (typeof SCOPES)[number]

/** Flags of `rally hooks off` and `rally hooks on`. */
export const switchFlags = {
  ...sessionFlags,
  scope: Flags.option({
    summary: 'Instead of you in this repository: this session, everybody here (.rally.json), or you everywhere.',
    options: SCOPES,
  })(),
}

/** What both commands do. */
export async function switchHooks(
  rally: Rally,
  flags: SessionFlags & { readonly scope: SwitchScope | undefined },
  on: boolean,
): Promise<Outcome> {
  const scope = flags.scope ?? 'here'
  const switched = await apply(rally, { ...flags, scope }, on)
  const repoRoot = await findRepoRoot(rally.discovery, flags.workdir)
  const still = on ? findSilence(rally.env, repoRoot)?.reason : undefined
  const json: HooksSwitchOutput = {
    scope,
    enabled: on,
    changed: switched.changed,
    path: switched.path,
    still_silent: still ?? null,
  }
  return {
    json,
    text: () => {
      const state = `hooks are ${switched.changed ? '' : 'already '}${on ? 'on' : 'off'} for ${NAMES[scope]} (${switched.path})`
      const undo = on ? [] : [`undo     rally hooks on${scope === 'here' ? '' : ` --scope ${scope}`}`]
      return [state, ...undo, ...(still === undefined ? [] : [`note     still silent: ${still}`])].join('\n')
    },
  }
}

const NAMES: Record<SwitchScope | 'here', string> = {
  here: 'you in this repository',
  session: 'this session',
  repo: 'this repository',
  user: 'this user',
}

async function apply(
  rally: Rally,
  flags: SessionFlags & { readonly scope: SwitchScope | 'here' },
  on: boolean,
): Promise<Switched> {
  const { env, discovery } = rally
  switch (flags.scope) {
    case 'here': {
      const repoRoot = await needRepoRoot(discovery, flags.workdir)
      const at = ['hooks', 'off_in', mainCheckout(repoRoot) ?? repoRoot]
      return switchInFile(userConfigurationPath(env), on, makeSurroundings(env, undefined), { at, value: true })
    }
    case 'session': {
      const { channel, session } = await rally.session(flags)
      // A person has no hooks.
      if (isPerson(session)) throw new RallyError('SESSION_UNKNOWN')
      return switchSession(channel, session.sessionId, on)
    }
    case 'repo': {
      const repoRoot = await needRepoRoot(discovery, flags.workdir)
      return switchInFile(repositoryConfigurationPath(repoRoot), on, makeSurroundings(env, repoRoot))
    }
    case 'user':
      return switchInFile(userConfigurationPath(env), on, makeSurroundings(env, undefined))
  }
}
