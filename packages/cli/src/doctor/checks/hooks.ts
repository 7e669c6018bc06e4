import type { HookState } from '@rally/core/model/hook-states'
import type { FileInspection, HostInspectionResult, InstallableHost, Surroundings } from '@rally/installer'
import { makeSurroundings } from '../../installing/make-surroundings.js'
import { findRepoRoot } from '../../installing/repo-root.js'
import { findSilence } from '../../installing/silenced.js'
import { existingFolders } from '../../plugins/host-folders.js'
import { type Check, type Finding, ok, problem } from '../check.js'
import { otherPrograms } from './other-programs.js'

/** The hooks of every host that is set up here, file by file: how they stand, and which program they call. */
export const hooksCheck: Check = {
  code: 'hooks',
  async run({ rally, flags, version }) {
    const { discovery, env } = rally
    const repoRoot = await findRepoRoot(discovery, flags.workdir).catch(() => undefined)
    const surroundings = makeSurroundings(env, repoRoot)
    const silenced = findSilence(env, repoRoot)?.reason
    const [{ inspectHost, installedCommands }, hosts] = await Promise.all([
      import('@rally/installer'),
      rally.hosts.list(),
    ])
    const findings = hosts.flatMap(({ adapter, root }): Finding[] => {
      if (!adapter || adapter.configFiles.length === 0) return []
      const host = { adapter, root }
      const result = inspectHost(host, { surroundings, silenced })
      return [
        ...stateOf(result, host, surroundings),
        ...doubles(result),
        ...otherPrograms(adapter.id, installedCommands(host, surroundings), version),
      ]
    })
    return findings.length > 0 ? findings : [ok('hooks', 'no host is set up here')]
  },
}

/** So many events are named in a line. */
const MOST_NAMES = 3

const WORDS: Readonly<Record<Exclude<HookState, 'installed' | 'unknown'>, string>> = {
  stale: 'the hooks are of an older or incomplete form',
  absent: 'it is set up here and has no hooks of rally',
  shadowed: 'hooks are off',
  untrusted: 'hooks are not trusted yet',
}

function stateOf(
  { host: id, state, files }: HostInspectionResult,
  { adapter }: InstallableHost,
  { repoRoot, home, env }: Surroundings,
): Finding[] {
  const hooks = files.filter(({ kind }) => kind === 'hooks')
  // A file that cannot be read is broken for its host, too, wherever else hooks stand.
  const unreadable = hooks.filter(({ refusal }) => refusal !== undefined).map((file) => refused(id, file))
  const file = hooks.find((one) => one.state === state && one.refusal === undefined)
  const folder = existingFolders(adapter, { repoRoot, home, env })[0]
  const install = `rally hooks install --host ${id}`
  if (file === undefined) return unreadable
  if (state === 'installed') return [ok('hooks', `${id}: installed`, file.path), ...unreadable]
  if (state === 'absent') {
    if (folder === undefined || unreadable.length > 0) return unreadable
    return [problem('hooks-absent', 'info', { message: `${id}: ${WORDS.absent}`, place: folder, fix: install })]
  }
  const [note = ''] = file.notes
  // Somebody's switch is theirs to turn; a host's consent is asked in its own words.
  const advice: Record<typeof state, readonly [reason: string, fix: string]> = {
    stale: [wrongEvents(file), install],
    shadowed: [note, `undo that, or leave it so if you want ${id} without hooks`],
    untrusted: ['', note],
    unknown: ['', note],
  }
  const [reason, fix] = advice[state]
  const words = state === 'unknown' ? 'whether the hooks run cannot be told' : WORDS[state]
  const message = `${id}: ${words}${reason === '' ? '' : `: ${reason}`}`
  return [problem(`hooks-${state}`, 'warning', { message, place: file.path, fix }), ...unreadable]
}

function wrongEvents({ events }: FileInspection): string {
  const states = [...new Set(events.map(({ state }) => state))].filter((state) => state !== 'installed')
  return states
    .map((state) => {
      const names = events.filter((event) => event.state === state).map(({ event }) => event)
      const shown = names.length > MOST_NAMES ? [...names.slice(0, MOST_NAMES), '…'] : names
      return `${state}: ${shown.join(', ')}`
    })
    .join('; ')
}

function refused(id: string, { path, refusal }: FileInspection): Finding {
  const line = refusal?.line === undefined ? '' : `:${refusal.line}`
  const message = `${id}: a configuration file cannot be read: ${refusal?.message ?? ''}`
  return problem('hooks-unknown', 'error', { message, place: `${path}${line}`, fix: `correct ${path}` })
}

/** Hooks that a host would run twice: entries doubled in one file, or installed in both scopes of a host that runs both. */
function doubles({ host, files, notes }: HostInspectionResult): Finding[] {
  const doubled = files.flatMap((file) => {
    const events = file.events.filter(({ state }) => state === 'double').map(({ event }) => event)
    return events.length === 0 ? [] : [{ path: file.path, events: events.join(', ') }]
  })
  return [
    ...doubled.map(({ path, events }) =>
      problem('hooks-double', 'warning', {
        message: `${host}: the same hook stands there more than once (${events})`,
        place: path,
        fix: `rally hooks install --host ${host}`,
      }),
    ),
    ...notes.map((note) =>
      problem('hooks-double', 'warning', {
        message: `${host}: ${note}`,
        fix: `rally hooks uninstall --host ${host} --scope user`,
      }),
    ),
  ]
}
