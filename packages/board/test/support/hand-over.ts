import type { World } from '../../../../test/support/world.js'

/** An agent hands its work over to its peers, with a contract that holds. Throws where it is refused. */
export function handOver(world: World, from: string, text: string): void {
  const files = ['--owns', 'docs/handed.md', '--does-not-own', 'src/', '--interface-contract', 'none']
  const rest = ['--integration-checkpoint', 'tonight', '--acceptance-criteria', 'it builds', '--allowed-tools', 'all']
  const contract = [...files, ...rest, '--denied-tools', 'none', '--message', text, '--session-id', from]
  const { ok, error } = world.json(['handoff', '--to', 'peer', ...contract])
  if (ok !== true) throw new Error(JSON.stringify(error))
}
