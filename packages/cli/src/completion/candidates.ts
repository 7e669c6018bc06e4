/** What a command line could go on with. Pure: the manifest and the room come in as arguments. */

export interface ManifestFlag {
  readonly name: string
  readonly char?: string
  readonly type?: string
  readonly options?: readonly string[]
  readonly hidden?: boolean
}

export interface ManifestCommand {
  readonly id: string
  readonly hidden?: boolean
  readonly flags?: Readonly<Record<string, ManifestFlag>>
  readonly args?: Readonly<Record<string, { readonly options?: readonly string[]; readonly hidden?: boolean }>>
}

/** Names that only the room knows, each read when it is needed. */
export interface RoomNames {
  sessions(): readonly string[]
  tools(): readonly string[]
  apps(): readonly string[]
  hosts(): readonly string[]
}

/** Which names a flag takes. */
const FLAG_VALUES: Readonly<Record<string, keyof RoomNames>> = {
  'session-id': 'sessions',
  parent: 'sessions',
  to: 'tools',
  tool: 'tools',
  'to-tool': 'tools',
  'from-tool': 'tools',
  app: 'apps',
  host: 'hosts',
}

/**
 * Candidates for the last of `words` (the words after the program's name; the last one is being typed, possibly empty),
 * already filtered by what was typed. Undefined: let the shell complete file names.
 */
export function findCandidates(
  words: readonly string[],
  commands: readonly ManifestCommand[],
  names: RoomNames,
): readonly string[] | undefined {
  const typed = words.at(-1) ?? ''
  const before = words.slice(0, -1)
  const command = findCommand(before, commands)
  const flag = command && pendingFlag(before, command)
  if (flag) {
    const source = FLAG_VALUES[flag.name]
    const values = flag.options ?? (source && names[source]())
    return values && startingWith(typed, values)
  }
  if (typed.startsWith('-')) return startingWith(typed, command ? flagNames(command) : ['--help', '--version'])
  const next = nextWords(before, commands)
  if (next.length > 0) return startingWith(typed, next)
  const options = Object.values(command?.args ?? {}).flatMap((arg) => arg.options ?? [])
  return options.length > 0 ? startingWith(typed, options) : undefined
}

function startingWith(typed: string, candidates: readonly string[]): string[] {
  return [...new Set(candidates)].filter((candidate) => candidate.startsWith(typed)).sort()
}

function wordsOf(line: readonly string[]): string[] {
  const end = line.findIndex((word) => word.startsWith('-'))
  return end < 0 ? [...line] : line.slice(0, end)
}

function findCommand(before: readonly string[], commands: readonly ManifestCommand[]): ManifestCommand | undefined {
  const words = wordsOf(before)
  for (let length = words.length; length > 0; length--) {
    const id = words.slice(0, length).join(':')
    const found = commands.find((command) => command.id === id)
    if (found) return found
  }
  return undefined
}

/** The flag whose value is being typed. */
function pendingFlag(before: readonly string[], command: ManifestCommand): ManifestFlag | undefined {
  const last = before.at(-1) ?? ''
  const flags = Object.values(command.flags ?? {})
  const flag = flags.find(({ name, char }) => last === `--${name}` || (char !== undefined && last === `-${char}`))
  return flag?.type === 'option' ? flag : undefined
}

function flagNames(command: ManifestCommand): string[] {
  const flags = Object.values(command.flags ?? {}).filter((flag) => !flag.hidden)
  return [...flags.map((flag) => `--${flag.name}`), '--help']
}

/** Words that continue the command words typed so far. */
function nextWords(before: readonly string[], commands: readonly ManifestCommand[]): string[] {
  if (before.some((word) => word.startsWith('-'))) return []
  return commands
    .filter((command) => !command.hidden)
    .map((command) => command.id.split(':'))
    .filter((id) => id.length > before.length && before.every((word, index) => id[index] === word))
    .map((id) => id[before.length] ?? '')
}
