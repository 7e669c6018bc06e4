import type { HooksStatusOutput } from '@rally/core/model/outputs/hooks-status'
import { HOOK_WORDS } from '@rally/core/rules/host/hook-words'
import type { HostInspectionResult } from '@rally/installer'
import type { GuardState } from '../../installing/guard-state.js'
import { type RepositorySetting, sayRepositorySetting } from '../../installing/repository-says.js'
import type { Style, Terminal } from '../../terminal.js'
import { type Places, shorten } from './hook-changes.js'

const STATE_COLUMNS = Math.max(...Object.values(HOOK_WORDS).map(({ length }) => length))

type HostJson = HooksStatusOutput['hosts'][number]
type FileJson = HostJson['files'][number]

const PAINT: Record<FileJson['state'], keyof Style> = {
  installed: 'green',
  stale: 'yellow',
  absent: 'dim',
  off: 'red',
  shadowed: 'red',
  untrusted: 'yellow',
  unknown: 'yellow',
}

/** A host's files, and whether the host shows here. */
type Inspected = HostInspectionResult & { readonly detected: boolean }

export function toJson(
  items: readonly Inspected[],
  about: {
    repoRoot: string | undefined
    silenced: string | undefined
    rallyHook: string | undefined
    guard: GuardState | undefined
    repository: readonly RepositorySetting[]
  },
): HooksStatusOutput {
  return {
    repo_root: about.repoRoot ?? null,
    rally_hook: about.rallyHook ?? null,
    silenced: about.silenced ?? null,
    guard: about.guard === undefined ? null : { ...about.guard },
    repository: about.repository.map((one) => ({ ...one })),
    hosts: items.map(hostJson),
  }
}

function hostJson(item: Inspected): HostJson {
  const { host, title, state, detected, notes, files } = item
  return {
    id: host,
    title,
    state,
    detected,
    notes: [...notes],
    files: files.map(({ kind, scope, path, state: fileState, events, notes: fileNotes, refusal }) => ({
      kind,
      scope,
      path,
      state: fileState,
      events: events.map((event) => ({ ...event })),
      notes: [...fileNotes],
      line: refusal?.line ?? null,
      column: refusal?.column ?? null,
    })),
  }
}

/** One line per file, what is wrong below it. */
export function toText(output: HooksStatusOutput, { style }: Terminal, places: Places): string {
  const width = Math.max(4, ...output.hosts.map((host) => host.id.length))
  const lines = output.hosts.flatMap((host) => renderHost(host, { style, places, width }))
  const hook = output.rally_hook ?? style.red('not on PATH: installed hooks do nothing')
  const guard = guardLines(output, { style, places, width })
  const said = output.repository.map((one) => `${'note'.padEnd(width)}  ${sayRepositorySetting(one)}`)
  return [...lines, ...guard, `${'rally-hook'.padEnd(width)}  ${hook}`, ...said].join('\n')
}

/** The line in the pre-commit hook belongs to no host. Nobody has to have it. */
function guardLines({ guard }: HooksStatusOutput, { style, places, width }: Drawing): string[] {
  if (guard === null || guard.state === 'absent') return []
  const head = `${'guard'.padEnd(width)}  ${paint(guard.state, style)}  ${shorten(guard.path, places)} (before a commit)`
  return [head, ...(guard.note === null ? [] : [`${' '.repeat(width)}  ${' '.repeat(9)}  ${guard.note}`])]
}

interface Drawing {
  readonly style: Style
  readonly places: Places
  readonly width: number
}

function renderHost(host: HostJson, { style, places, width }: Drawing): string[] {
  const id = host.id.padEnd(width)
  const notes = host.notes.map((note) => `${' '.repeat(width)}  ${note}`)
  const shown = host.files.filter((file) => file.state !== 'absent' || file.notes.length > 0)
  if (shown.length === 0) {
    const where = host.detected ? `the host is set up here: rally hooks install --host ${host.id}` : ''
    const state = host.files.length === 0 ? host.state : 'absent'
    return [`${id}  ${paint(state, style)}  ${where}`.trimEnd(), ...notes]
  }
  const lines = shown.flatMap((file) => [
    `${id}  ${paint(file.state, style)}  ${placeOf(file, places)} (${file.scope})${countOf(file)}`,
    ...file.notes.map((note) => `${' '.repeat(width)}  ${' '.repeat(STATE_COLUMNS)}  ${note}`),
  ])
  return [...lines, ...notes]
}

function paint(state: FileJson['state'], style: Style): string {
  return style[PAINT[state]](HOOK_WORDS[state].padEnd(STATE_COLUMNS))
}

function placeOf(file: FileJson, places: Places): string {
  const path = shorten(file.path, places)
  return file.line === null ? path : `${path}:${file.line}:${file.column ?? 1}`
}

function countOf(file: FileJson): string {
  if (file.kind === 'allow') return ': rally commands that agents may type'
  if (file.kind === 'mcp') return ': the server rally mcp'
  const wrong = file.events.filter((event) => event.state !== 'installed')
  if (file.kind === 'text' || file.state === 'absent' || wrong.length === 0) return ''
  return `: ${wrong.map((event) => `${event.event} ${event.state}`).join(', ')}`
}
