import type { Channel } from '@rally/core/model/channel'
import type { Rally } from '../rally.js'
import { chooseHosts, exampleHost, isDetected } from './choose-hosts.js'
import { makeSurroundings } from './make-surroundings.js'

/** What a person types next in a repository in which no host has hooks of rally's; undefined where one has, or nobody can say. */
export async function firstStep(
  { hookInspection, hosts, env }: Rally,
  { worktree, repoRoot }: Pick<Channel, 'worktree' | 'repoRoot'>,
): Promise<string | undefined> {
  const root = worktree ?? repoRoot
  if (!root) return undefined
  try {
    const states = Object.values(await hookInspection.inspect(root))
    if (states.some((state) => state !== 'absent' && state !== 'unknown')) return undefined
    const found = await hosts.list()
    const surroundings = makeSurroundings(env, root)
    if (chooseHosts(found, [], (host) => isDetected(host, surroundings)).length > 0) return 'rally hooks install'
    const example = exampleHost(found)
    return example === undefined ? undefined : `rally hooks install --host ${example}`
  } catch {
    return undefined
  }
}
