import type { HookOffSwitch, HookScope, HookTrustRule, HostSetting } from '@rally/core/ports/host'
import { dialectFor } from './dialect-for.js'
import { type OwnEntry, valueAt } from './own-entries.js'
import { refusing } from './refusal.js'
import { locateFile, type Surroundings } from './surroundings.js'
import { readTarget, splitText } from './target-file.js'

/** The value of a setting in a host's file: undefined when it is not set, `readable: false` when nobody can tell. */
interface SettingValue {
  readonly readable: boolean
  readonly path: string
  readonly value: unknown
}

/** Where and how the switch stands that turns the host's hooks off; undefined when they are not off. */
export function findOffSwitch(switches: readonly HookOffSwitch[], surroundings: Surroundings): string | undefined {
  for (const one of switches) {
    const { path, value } = readSetting(one, one.scope, one.at, surroundings)
    if (value === one.off) return `${one.at.join('.')} is ${String(one.off)} in ${path}`
  }
  return undefined
}

export type Trust = 'given' | 'missing' | 'unknown'

/** Whether the user has consented to what a rule asks for. `file` is the configuration file that holds our entries. */
export function readTrust(
  rule: HookTrustRule,
  about: { readonly file: string; readonly real: string; readonly entries: readonly OwnEntry[] },
  surroundings: Surroundings,
): Trust {
  if (rule.waivedBy && findOffSwitch([rule.waivedBy], surroundings)) return 'given'
  const subjects = rule.perEntry ? about.entries : [undefined]
  const answers = subjects.map((entry) => readTrustOf(rule, { ...about, entry }, surroundings))
  return answers.find((answer) => answer !== 'given') ?? 'given'
}

interface TrustSubject {
  readonly file: string
  readonly real: string
  readonly entry: OwnEntry | undefined
}

function readTrustOf(rule: HookTrustRule, subject: TrustSubject, surroundings: Surroundings): Trust {
  let answer: Trust = 'missing'
  for (const file of new Set([subject.file, subject.real])) {
    for (const repoRoot of subjectsOf(surroundings, rule.parents === true)) {
      const at = trustPath(rule, { file, repoRoot, entry: subject.entry })
      const { readable, value } = readSetting(rule, 'user', at, surroundings)
      const wanted = subject.entry && rule.values?.[subject.entry.event]
      if (!readable) answer = 'unknown'
      else if (wanted !== undefined && value !== undefined && value !== wanted) answer = 'unknown'
      else if (rule.accepts ? rule.accepts.some((one) => one === value) : value !== undefined) return 'given'
    }
  }
  return answer
}

/** The path of keys under which consent is kept. */
export function trustPath(
  rule: HookTrustRule,
  about: { readonly file: string; readonly repoRoot: string | undefined; readonly entry: OwnEntry | undefined },
): string[] {
  const words = { ...wordsOf(about.entry), repo: about.repoRoot ?? '', file: about.file }
  return rule.at.map((key) => fill(key, words))
}

function wordsOf(entry: OwnEntry | undefined): Record<string, string> {
  if (!entry) return {}
  const event = entry.calledAt
  const [group, handler] = entry.at.filter((step) => typeof step === 'number')
  const snake = event.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase()
  return { event, event_snake: snake, group: String(group ?? 0), handler: String(handler ?? 0) }
}

function fill(key: string, words: Record<string, string>): string {
  return key.replace(/\{(\w+)\}/g, (whole, name: string) => words[name] ?? whole)
}

/** The repository, for a linked worktree also the main checkout: hosts keep consent for either. */
function subjectsOf({ repoRoot, mainRoot }: Surroundings, parents: boolean): string[] {
  return [repoRoot ?? '', ...(mainRoot === undefined ? [] : [mainRoot])].flatMap((top) => foldersUp(top, parents))
}

function foldersUp(folder: string, parents: boolean): string[] {
  if (!parents) return [folder]
  const parts = folder.split('/')
  return parts.map((_, i) => parts.slice(0, parts.length - i).join('/') || '/')
}

function readSetting(
  setting: HostSetting,
  scope: HookScope,
  at: readonly string[],
  surroundings: Surroundings,
): SettingValue {
  const path = locateFile({ ...setting, scope }, surroundings)
  if (path === undefined) return { readable: true, path: '', value: undefined }
  const read = refusing(() => {
    const { content } = readTarget(path)
    if (!content) return undefined
    const { text } = splitText(content.bytes)
    return text.trim() === '' ? undefined : dialectFor(setting.dialect).read(text).value
  })
  return read.ok
    ? { readable: true, path, value: valueAt(read.value, at) }
    : { readable: false, path, value: undefined }
}
