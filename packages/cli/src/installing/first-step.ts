import { homedir } from 'node:os'
import type { Channel } from '@rally/core/model/channel'
import { existingFolders } from '../plugins/host-folders.js'
import type { Rally } from '../rally.js'
import { exampleHost } from './choose-hosts.js'

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
    const places = { repoRoot: root, home: env.HOME ?? homedir(), env }
    const isUsed = found.some(({ adapter }) => adapter !== undefined && existingFolders(adapter, places).length > 0)
    const example = exampleHost(found)
    if (isUsed) return 'rally hooks install'
    return example === undefined ? undefined : `rally hooks install --host ${example}`
  } catch {
    return undefined
  }
}
