import { type HostInspectionResult, type InstallableHost, inspectHost, type Surroundings } from '@rally/installer'
import { readJournal } from '@rally/local/hook-files/hook-journal'
import { isDetected } from './choose-hosts.js'
import { findNeverRan } from './never-ran.js'
import type { findSilence } from './silenced.js'

/** How rally's hooks stand in each host, with a note where the host runs but none of them ever came, and whether it shows here. */
export function inspectWithRuns(
  hosts: readonly InstallableHost[],
  {
    surroundings,
    silenced,
  }: { readonly surroundings: Surroundings; readonly silenced: ReturnType<typeof findSilence> },
): readonly (HostInspectionResult & { readonly detected: boolean })[] {
  const calls = readJournal(surroundings.env)
  return hosts.map((host) => {
    const result = inspectHost(host, { surroundings, silenced })
    const file = result.files.find(({ state, kind }) => kind === 'hooks' && state === 'installed')
    const never = file && findNeverRan(host.adapter, { file, calls, surroundings })
    const notes = never === undefined ? result.notes : [...result.notes, `${never.message}: ${never.fix}`]
    return { ...result, notes, detected: isDetected(host, surroundings) }
  })
}
