import type { HookChangesOutput } from '@rally/core/model/outputs/hooks-install'
import { hasHookFiles } from '@rally/core/rules/host/has-hook-files'
import type { HostFileChange } from '@rally/installer'
import type { HookChange } from '../../installing/change-hooks.js'
import type { Style, Terminal } from '../../terminal.js'

export interface Places {
  readonly home: string
  readonly repoRoot: string | undefined
}

/** A plan is this many lines, unless its differences are asked for. */
const MOST_PLANNED = 10

type FileJson = HookChangesOutput['files'][number]

const DONE: Record<FileJson['action'], string> = {
  none: 'is as it should be',
  create: 'created',
  change: 'changed',
  restore: 'restored exactly',
  delete: 'removed',
  refused: 'left as it is',
}
const PLANNED: Record<FileJson['action'], string> = {
  ...DONE,
  create: 'would be created',
  change: 'would be changed',
  restore: 'would be restored exactly',
  delete: 'would be removed',
  refused: 'would be left as it is',
}

/** The keys of `rally hooks install` and `rally hooks uninstall`. */
export function toJson(
  { hosts, changes, scope, dryRun, restart, byPlugin, notRun, notes }: HookChange,
  silenced?: string | undefined,
): HookChangesOutput {
  return {
    scope,
    dry_run: dryRun,
    files: changes.map(({ host, kind, path, real, action, changes: entries, diff, refusal }) => ({
      host,
      kind,
      path,
      real_path: real,
      action,
      entries: entries.map((entry) => ({ ...entry })),
      diff,
      refusal: refusal
        ? { code: refusal.code, message: refusal.message, line: refusal.line ?? null, column: refusal.column ?? null }
        : null,
    })),
    without_files: hosts.flatMap(({ adapter }) => (hasHookFiles(adapter) ? [] : [adapter.id])),
    by_plugin: byPlugin.map((one) => ({ ...one })),
    not_run: notRun.map((one) => ({ ...one })),
    notes: notes.map((one) => ({ ...one })),
    next_steps: nextSteps(changes),
    restart: restart.map((program) => ({ ...program })),
    warning: silenced ?? null,
  }
}

/** The keys of an install that only printed. */
export function nothingChanged(scope: HookChangesOutput['scope']): HookChangesOutput {
  const nothing = { files: [], without_files: [], by_plugin: [], not_run: [], notes: [], next_steps: [], restart: [] }
  return { scope, dry_run: true, ...nothing, warning: null }
}

/** What only the user can do, each step once per host. */
function nextSteps(changes: readonly HostFileChange[]): HookChangesOutput['next_steps'] {
  const steps = changes.flatMap(({ host, trustSteps }) => trustSteps.map((step) => ({ host, step })))
  return [...new Map(steps.map((item) => [JSON.stringify(item), item])).values()]
}

/** What was written where, how to undo it, and what only the user can do. */
export function toText(
  output: HookChangesOutput & {
    readonly left?: readonly string[]
    readonly purged?: readonly { readonly path: string; readonly removed: boolean }[]
  },
  { style }: Pick<Terminal, 'style'>,
  places: Places & { readonly diff?: boolean },
): string {
  const changed = output.files.filter((file) => file.action !== 'none')
  const installing = output.left === undefined
  const untouched = !installing && changed.length === 0
  const lines = [
    ...(untouched
      ? [`nothing of rally is in the ${output.scope} files of these hosts`]
      : output.files
          .filter((file) => installing || file.action !== 'none')
          .flatMap((file) => lineOf(file, output, { style, places, showsDiff: places.diff === true }))),
    ...(installing
      ? output.without_files.map((host) => `${host}  has no file for hooks: it calls rally-hook itself`)
      : []),
    ...output.by_plugin.map(
      ({ host, path }) => `${host}  has the hooks from its own plugin already: ${shorten(path, places)}`,
    ),
    ...output.not_run.map(({ host, reason }) => `${style.yellow('note')}     ${host}: ${reason}`),
    ...output.notes.map(({ host, note }) => `${style.yellow('note')}     ${host}: ${note}`),
    ...(installing ? stepsOf(output) : []),
    ...output.restart.map(({ name, pid }) => `restart  ${name} (process ${pid}): it reads this file only at its start`),
    ...(output.warning === null ? [] : [`${style.yellow('note')}     ${output.warning}`]),
    ...(output.purged ?? []).map(
      ({ path, removed }) => `${removed ? 'removed ' : 'would be removed '} ${shorten(path, places)}`,
    ),
    ...(output.purged?.some(({ removed }) => !removed)
      ? ['next     rally hooks uninstall --everywhere --purge --yes']
      : []),
    ...(output.left ?? []).map((path) => `note     hooks are still in ${shorten(path, places)}; see --scope`),
    ...(installing && !output.dry_run && changed.some((file) => file.action !== 'refused') ? [undoOf(output)] : []),
  ]
  const isShort = output.dry_run && places.diff !== true && lines.length > MOST_PLANNED
  const shown = isShort ? lines.slice(0, MOST_PLANNED - 1) : lines
  return [...shown, ...(isShort ? [`and ${lines.length - shown.length} more lines: add --diff`] : [])].join('\n')
}

function lineOf(
  file: FileJson,
  { dry_run }: HookChangesOutput,
  { style, places, showsDiff }: { readonly style: Style; readonly places: Places; readonly showsDiff: boolean },
): string[] {
  const what = (dry_run ? PLANNED : DONE)[file.action]
  const isOne = file.entries.length === 1
  const noun = {
    hooks: isOne ? 'hook' : 'hooks',
    text: '',
    allow: `rally ${isOne ? 'command' : 'commands'} that agents may run`,
    exclude: isOne ? 'line that keeps it out of git' : 'lines that keep it out of git',
    trust: file.entries.some((entry) => entry.action === 'remove') ? 'no longer trusted' : 'now trusted',
    mcp: '',
  }[file.kind]
  const count =
    file.kind === 'mcp'
      ? serverNote(file)
      : noun !== '' && file.entries.length > 0
        ? ` (${file.entries.length} ${noun})`
        : ''
  const path = shorten(file.path, places)
  const linked =
    file.action !== 'refused' && file.real_path !== file.path ? ` -> ${shorten(file.real_path, places)}` : ''
  const { refusal } = file
  const place = refusal?.line == null ? path : `${path}:${refusal.line}:${refusal.column ?? 1}`
  const line = refusal
    ? `${file.host}  ${style.red(place)}  ${what}: ${refusal.message}`
    : `${file.host}  ${path}${linked}  ${file.action === 'none' ? style.dim(what) : what}${count}`
  return showsDiff && file.diff !== '' ? [line, paintDiff(file.diff, style)] : [line]
}

/** What of the server stands there: how it is started, or that its tools may be used. */
function serverNote({ entries }: FileJson): string {
  const [entry] = entries
  return entry === undefined ? ' (rally mcp)' : ` (rally mcp: ${entry.event})`
}

function stepsOf({ next_steps }: HookChangesOutput): string[] {
  return next_steps.map(({ host, step }) => `next     ${host}: ${step}`)
}

function undoOf({ scope }: HookChangesOutput): string {
  return `undo     rally hooks uninstall${scope === 'project' ? '' : ` --scope ${scope}`}`
}

function paintDiff(diff: string, style: Style): string {
  const paint = (line: string): string => {
    if (line.startsWith('+')) return style.green(line)
    return line.startsWith('-') ? style.red(line) : line
  }
  return diff.trimEnd().split('\n').map(paint).join('\n')
}

/** A path as people write it: relative to the repository, or from `~`. */
export function shorten(path: string, { home, repoRoot }: Places): string {
  if (repoRoot !== undefined && path.startsWith(`${repoRoot}/`)) return path.slice(repoRoot.length + 1)
  return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path
}
