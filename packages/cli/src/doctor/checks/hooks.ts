import type { HookState } from '@rally/core/model/hook-states'
import { hasHookFiles } from '@rally/core/rules/host/has-hook-files'
import type { FileInspection, HostInspectionResult, InstallableHost, Surroundings } from '@rally/installer'
import { type JournalEntry, readJournal } from '@rally/local/hook-files/hook-journal'
import { firstStep } from '../../installing/first-step.js'
import { makeSurroundings } from '../../installing/make-surroundings.js'
import { findNeverRan } from '../../installing/never-ran.js'
import { findRepoRoot } from '../../installing/repo-root.js'
import { isQuieter, repositorySettings, sayRepositorySetting } from '../../installing/repository-says.js'
import { findSilence } from '../../installing/silenced.js'
import { existingFolders } from '../../plugins/host-folders.js'
import { type Check, type Finding, NO_HOOKS, ok, problem } from '../check.js'
import { otherPrograms } from './other-programs.js'

/** The hooks of every host that is set up here, file by file: how they stand, and which program they call. */
export const hooksCheck: Check = {
  code: 'hooks',
  async run({ rally, flags, version }) {
    const { discovery, env } = rally
    const repoRoot = await findRepoRoot(discovery, flags.workdir).catch(() => undefined)
    const surroundings = makeSurroundings(env, repoRoot)
    const silenced = findSilence(env, repoRoot)
    const calls = readJournal(env)
    const [{ inspectHost, installedCommands }, hosts] = await Promise.all([
      import('@rally/installer'),
      rally.hosts.list(),
    ])
    const findings = hosts.flatMap(({ adapter, root }): Finding[] => {
      if (!adapter || !hasHookFiles(adapter)) return []
      const host = { adapter, root }
      const result = inspectHost(host, { surroundings, silenced })
      return [
        ...stateOf(result, host, surroundings),
        ...doubles(result),
        ...besides(result),
        ...neverRan(result, { host, calls, surroundings }),
        ...otherPrograms(adapter.id, installedCommands(host, surroundings), version),
      ]
    })
    const said = repositorySettings(env, repoRoot).map((one) =>
      problem('hooks-repository', isQuieter(one) ? 'warning' : 'info', {
        message: sayRepositorySetting(one),
        place: one.path,
        fix: `take it out of ${one.path} if it is not wanted`,
      }),
    )
    const stand = findings.length > 0 ? findings : [ok('hooks', 'no host is set up here')]
    const next = repoRoot === undefined ? undefined : await firstStep(rally, { worktree: repoRoot, repoRoot })
    return [...stand, ...(next === undefined ? [] : [problem(NO_HOOKS, 'info', { message: NONE, fix: next })]), ...said]
  },
}

const NONE = 'no host has hooks of rally here: agents that start in this repository neither see nor hear each other'

/** What stands beside the hooks. */
const BESIDE = {
  allow: { code: 'hooks-allow', fine: 'agents may type single rally commands', level: 'info' },
  mcp: { code: 'hooks-mcp', fine: 'it knows the server rally mcp', level: 'warning' },
} as const

/** Whether agents may type rally's commands, and reach its server. */
function besides({ host, files }: HostInspectionResult): Finding[] {
  return files.flatMap(({ kind, state, path, notes }) => {
    if (kind !== 'allow' && kind !== 'mcp') return []
    const { code, fine, level } = BESIDE[kind]
    if (state === 'installed') return [ok(code, `${host}: ${fine}`, path)]
    const [message = '', fix = ''] = notes[0]?.split(/: (?=rally )/) ?? []
    return [problem(code, level, { message: `${host}: ${message}`, place: path, fix })]
  })
}

/** Hooks that are in place and have never run though the host did. */
function neverRan(
  { files }: HostInspectionResult,
  about: { host: InstallableHost; calls: readonly JournalEntry[]; surroundings: Surroundings },
): Finding[] {
  const file = files.find(({ kind, state }) => kind === 'hooks' && state === 'installed')
  const never = file && findNeverRan(about.host.adapter, { file, ...about })
  if (file === undefined || never === undefined) return []
  const { message, fix, certain } = never
  return [problem('hooks-never-ran', certain ? 'warning' : 'info', { message, place: file.path, fix })]
}

/** So many events are named in a line. */
const MOST_NAMES = 3

const WORDS: Readonly<Record<Exclude<HookState, 'installed' | 'unknown'>, string>> = {
  stale: 'the hooks are of an older or incomplete form',
  absent: 'it is set up here and has no hooks of rally',
  off: 'hooks are off',
  shadowed: 'the hooks are there, and the host ignores them',
  untrusted: 'hooks are not trusted yet',
}

function stateOf(
  { host: id, state, files }: HostInspectionResult,
  { adapter }: InstallableHost,
  { repoRoot, home, env }: Surroundings,
): Finding[] {
  const hooks = files.filter(({ kind }) => kind === 'hooks' || kind === 'plugin')
  // A file that cannot be read is broken for its host, too, wherever else hooks stand.
  const unreadable = hooks.filter(isUnreadable).map((file) => refused(id, file))
  const file = hooks.find((one) => one.state === state && !isUnreadable(one))
  const folder = existingFolders(adapter, { repoRoot, home, env })[0]
  const install = `rally hooks install --host ${id}`
  if (file === undefined) return unreadable
  if (state === 'installed') return [ok('hooks', `${id}: installed`, file.path), ...unreadable]
  if (state === 'absent') {
    if (folder === undefined || unreadable.length > 0) return unreadable
    // What an install would have to leave alone has to go first.
    const held = hooks.find(({ refusal }) => refusal !== undefined)
    if (held)
      return [
        problem('hooks-absent', 'warning', {
          message: `${id}: ${held.notes[0]}`,
          place: placeOf(held),
          fix: `correct ${held.path}`,
        }),
      ]
    return [problem('hooks-absent', 'info', { message: `${id}: ${WORDS.absent}`, place: folder, fix: install })]
  }
  const [note = ''] = file.notes
  // Somebody's switch is theirs to turn; a host's consent is asked in its own words.
  const advice: Record<typeof state, readonly [reason: string, fix: string]> = {
    stale: [wrongEvents(file), install],
    off: [note, `undo that, or leave it so if you want ${id} without hooks`],
    shadowed: [file.obstacles?.[0]?.reason ?? note, file.obstacles?.[0]?.remedy || 'rally hooks status shows why'],
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

function isUnreadable({ state, refusal }: FileInspection): boolean {
  return refusal !== undefined && state === 'unknown'
}

function placeOf({ path, refusal }: FileInspection): string {
  return refusal?.line === undefined ? path : `${path}:${refusal.line}`
}

function refused(id: string, file: FileInspection): Finding {
  const message = `${id}: a configuration file cannot be read: ${file.refusal?.message ?? ''}`
  return problem('hooks-unknown', 'error', { message, place: placeOf(file), fix: `correct ${file.path}` })
}

/** Hooks that a host would run twice: entries doubled in one file, or installed in both scopes of a host that runs both. */
function doubles({ host, files, notes, twice }: HostInspectionResult): Finding[] {
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
    ...notes
      .filter((note) => !twice.includes(note))
      .map((note) =>
        problem('hooks-note', 'info', { message: `${host}: ${note}`, fix: 'rally hooks status shows the files' }),
      ),
    ...twice.map((note) =>
      problem('hooks-double', 'warning', {
        message: `${host}: ${note}`,
        fix: `rally hooks uninstall --host ${host} --scope user`,
      }),
    ),
  ]
}
