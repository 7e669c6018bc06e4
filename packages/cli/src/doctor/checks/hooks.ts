import type { HookState } from '@rally/core/ports/hook-inspection'
import { findRepoRoot } from '../../installing/repo-root.js'
import { existingFolders } from '../../plugins/host-folders.js'
import { type Check, type Finding, ok, problem } from '../check.js'

interface Meaning {
  readonly message: string
  readonly fix: (host: string) => string
}

const MEANING: Record<Exclude<HookState, 'installed'>, Meaning> = {
  stale: {
    message: 'the hooks are of an older or incomplete form',
    fix: (host) => `rally hooks install --host ${host}`,
  },
  absent: {
    message: 'it is set up here and has no hooks of rally',
    fix: (host) => `rally hooks install --host ${host}`,
  },
  shadowed: {
    message: 'hooks are installed, and something keeps them from running',
    fix: (host) => `rally hooks status --host ${host} says what`,
  },
  untrusted: {
    message: 'hooks are installed, and the host waits for your consent',
    fix: (host) => `rally hooks status --host ${host} says where to give it`,
  },
  unknown: {
    message: 'a configuration file cannot be read',
    fix: (host) => `rally hooks status --host ${host} names the place in it`,
  },
}

/** The hooks of every host that is set up here, as the hook-inspection port sees them. */
export const hooksCheck: Check = {
  code: 'hooks',
  async run({ rally, flags }) {
    const { discovery, env, hookInspection, hosts } = rally
    const repoRoot = await findRepoRoot(discovery, flags.workdir).catch(() => undefined)
    const states = await hookInspection.inspect(repoRoot ?? flags.workdir)
    return (await hosts.list()).flatMap(({ adapter }): Finding[] => {
      if (!adapter || adapter.configFiles.length === 0) return []
      const state = states[adapter.id] ?? 'unknown'
      const folder = existingFolders(adapter, { repoRoot, home: env.HOME, env })[0]
      if (state === 'installed') return [ok('hooks', `${adapter.id}: installed`, folder)]
      if (state === 'absent' && folder === undefined) return []
      const { message, fix } = MEANING[state]
      const details = { message: `${adapter.id}: ${message}`, fix: fix(adapter.id), place: folder ?? null }
      return [problem(`hooks-${state}`, state === 'absent' ? 'info' : 'warning', details)]
    })
  },
}
