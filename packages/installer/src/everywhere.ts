import type { HookConfigFile, HostAdapter } from '@rally/core/ports/host'
import { applyChange, type FileChange, type FileTask, planChange } from './change-file.js'
import { consentStrategy } from './consent-strategy.js'
import type { ContentStrategy } from './content-strategy.js'
import { entriesStrategy } from './entries-strategy.js'
import { holdsOurs } from './holds-ours.js'
import type { InstallableHost } from './host-tasks.js'
import { listRecords, readRecord, recordStem } from './install-record.js'
import { linesStrategy } from './lines-strategy.js'
import { mcpStrategy } from './mcp-strategy.js'
import type { Surroundings } from './surroundings.js'
import { textStrategy } from './text-strategy.js'
import { trustStrategy } from './trust-strategy.js'

/** A file that rally has written to, as its undo records tell: wherever on this machine it lies. */
export interface InstalledPlace {
  readonly host: string
  readonly kind: 'hooks' | 'text' | 'trust' | 'mcp' | 'allow' | 'exclude'
  /** Where the bytes are. */
  readonly path: string
  /** Whether anything of rally's is in it now; false when the file is gone, or somebody took it out. */
  readonly present: boolean
}

type Place = InstalledPlace & { readonly task: FileTask }

/** Every place that rally has written hooks, texts, servers and consents of these hosts to, in the order in which they can be taken out. */
export function installedPlaces(hosts: readonly InstallableHost[], surroundings: Surroundings): InstalledPlace[] {
  return findPlaces(hosts, surroundings).map(({ task: _task, ...place }) => place)
}

/** Takes rally out of all those places. A refused file stops no other. */
export async function uninstallEverywhere(
  hosts: readonly InstallableHost[],
  { surroundings, dryRun }: { readonly surroundings: Surroundings; readonly dryRun: boolean },
): Promise<(FileChange & Pick<InstalledPlace, 'host' | 'kind'>)[]> {
  const changes: (FileChange & Pick<InstalledPlace, 'host' | 'kind'>)[] = []
  for (const { host, kind, task } of findPlaces(hosts, surroundings)) {
    const change = await (dryRun ? planChange : applyChange)('uninstall', task, surroundings)
    changes.push({ ...change, host, kind })
  }
  return changes
}

/** Trust is looked up by the places of our entries, so it comes first; what hides files from git comes last. */
const ORDER: readonly InstalledPlace['kind'][] = ['trust', 'text', 'mcp', 'hooks', 'allow', 'exclude']

function findPlaces(hosts: readonly InstallableHost[], surroundings: Surroundings): Place[] {
  const places = listRecords(surroundings).flatMap(([, { owner, path }]): Place[] => {
    const [id = '', kind = '', ...rest] = owner.split(':')
    const adapter = hosts.find((one) => one.adapter.id === id)?.adapter
    const found = adapter && strategyFor(adapter, { kind, path, file: rest.join(':'), surroundings })
    if (found === undefined) return []
    const task = { path, owner, strategy: found.strategy }
    return [{ host: id, kind: found.kind, path, present: holdsOurs(task) === true, task }]
  })
  return places.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || (a.path < b.path ? -1 : 1))
}

interface Found {
  readonly kind: InstalledPlace['kind']
  readonly strategy: ContentStrategy
}

/** What takes rally out of a file: which of the host's it is shows its path, links and moved homes included. */
function strategyFor(
  adapter: HostAdapter,
  about: { readonly kind: string; readonly path: string; readonly file: string; readonly surroundings: Surroundings },
): Found | undefined {
  const { kind, path, file, surroundings } = about
  const [first] = adapter.configFiles
  switch (kind) {
    case '': {
      const isText = adapter.textFiles.some((one) => isAt(path, one.path))
      const isProgram = adapter.programFiles?.some((one) => isAt(path, one.path))
      if (isText || isProgram) {
        const noted = (): string | undefined => readRecord(recordStem(path, adapter.id, surroundings))?.installed
        const strategy = textStrategy({ path, readTemplate: () => '{}', noted })
        return { kind: isText ? 'text' : 'hooks', strategy }
      }
      const config: HookConfigFile | undefined = adapter.configFiles.find((one) => isAt(path, one.path)) ?? first
      return config && { kind: 'hooks', strategy: entriesStrategy(config, adapter.id) }
    }
    case 'trust': {
      const rule = adapter.configFiles
        .flatMap(({ trust }) => trust ?? [])
        .find(({ perEntry, values }) => perEntry && values)
      return (
        rule && { kind: 'trust', strategy: trustStrategy(rule, { file, repoRoot: surroundings.repoRoot, entries: [] }) }
      )
    }
    case 'allow': {
      const consent = adapter.consents?.find((one) => isAt(path, one.path))
      return consent && { kind: 'allow', strategy: consentStrategy(consent, path) }
    }
    case 'mcp': {
      const setting = adapter.mcp?.settings.find((one) => one.purpose === file && isAt(path, one.path))
      return setting && { kind: 'mcp', strategy: mcpStrategy(setting) }
    }
    case 'exclude': {
      const files = [
        ...adapter.configFiles,
        ...(adapter.programFiles ?? []),
        ...adapter.textFiles,
        ...(adapter.consents ?? []),
      ]
      const lines = files.filter(({ scope }) => scope !== 'user').map((one) => `/${one.path}`)
      return { kind: 'exclude', strategy: linesStrategy([...new Set(lines)]) }
    }
    default:
      return undefined
  }
}

/** Whether a path ends as the place does, from its second part on: variables may move the first. */
function isAt(path: string, place: string): boolean {
  return path.endsWith(`/${place}`) || path.endsWith(`/${place.split('/').slice(1).join('/')}`)
}
