/** Keys under which hosts put names: of an event, a tool, a mode. What stands there stays if it is a word of letters. */
const NAMES =
  /^(hook_?event_?name|hook_?name|event(_?name)?|tool(_?name)?|agent_?type|subagent_?type|source|trigger|permission_?mode|type|role|status)$/i
const NAME = /^[A-Za-z]{1,24}(?:[_.-][A-Za-z]{1,24}){0,4}$/
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)$/
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const KEY = /^[A-Za-z_$]+(?:[_.-][A-Za-z_$]+)*\d?$/
const COMMANDS = /^(command|cmd|patch|patch_?text|input)$/i

/** Parts of paths that say nothing of anybody. */
const PARTS = new Set([
  ...['', '.', '..', '~', 'home', 'dev', 'project', 'src', 'lib', 'test', 'tests', 'docs', 'tmp', 'node_modules'],
  ...['package.json', 'README.md', 'index.ts', 'index.js'],
])
/** Words of command lines by which files and others' work are changed. */
const WORDS = new Set([
  ...[
    'cat',
    'cd',
    'cp',
    'echo',
    'env',
    'git',
    'ln',
    'ls',
    'mv',
    'npm',
    'printf',
    'rm',
    'sed',
    'sh',
    'bash',
    'tee',
    'touch',
  ],
  ...[
    'add',
    'apply',
    'checkout',
    'clean',
    'commit',
    'merge',
    'pull',
    'push',
    'rebase',
    'reset',
    'restore',
    'stash',
    'status',
  ],
  ...['switch', 'run', 'rally', 'rally-hook', 'true'],
])

/** The user's own places: what is below them keeps its shape. */
export interface Places {
  /** Folders of the project, as the payload names them. */
  readonly projects: readonly string[]
  readonly home: string
}

/** Makes the functions that hide what may be somebody's own; the same text becomes the same one each time. */
export function createMask({ projects, home }: Places) {
  const known = new Map<string, string>()
  const count = new Map<string, number>()
  const roots = [
    ...projects.map((path) => [path, '/home/dev/project'] as const),
    ...(home.length > 1 ? [[home, '/home/dev'] as const] : []),
  ]

  function alias(kind: string, text: string, make: (number: number) => string): string {
    const key = `${kind} ${text}`
    const found = known.get(key)
    if (found !== undefined) return found
    const number = (count.get(kind) ?? 0) + 1
    count.set(kind, number)
    const made = make(number)
    known.set(key, made)
    return made
  }

  function path(text: string): string {
    const root = roots.find(([from]) => text === from || text.startsWith(`${from}/`))
    const [start, rest] = root === undefined ? ['', text] : [root[1], text.slice(root[0].length)]
    const parts = rest.split('/')
    const masked = parts.map((part, index) => {
      if (PARTS.has(part)) return part
      if (/^\.[a-z]{1,12}$/.test(part)) return part
      const ending = index === parts.length - 1 ? (/\.[a-z]{1,5}$/.exec(part)?.[0] ?? '') : ''
      return alias('path', part, (number) => `name${number}${ending}`)
    })
    return start + masked.join('/')
  }

  function isPath(text: string): boolean {
    if (roots.some(([from]) => text === from || text.startsWith(`${from}/`))) return !text.includes('\n')
    return /^(?:~|\.{0,2})\/[^\s]*$/.test(text) || /^[\w.@-]+(?:\/[\w.@-]+)+$/.test(text)
  }

  const hide = (text: string): string => text.replace(/\S/gu, 'x')

  /** Of a patch the lines that name files, of a command line what it does to files. */
  function command(text: string): string {
    return text
      .split('\n')
      .map((line) => {
        const heading = /^(\*\*\* (?:Add File|Update File|Delete File|Move to): )(.*)$/.exec(line)
        if (heading) return heading[1] + path(heading[2] ?? '')
        if (/^\*\*\* (?:Begin|End) Patch$/.test(line)) return line
        return line.replace(/[^\s<>|&;()'"]+/gu, (word) => {
          if (WORDS.has(word) || /^-[A-Za-z]$|^\d?$/.test(word)) return word
          return isPath(word) || /^[\w-]+\.[a-z]{1,5}$/.test(word) ? path(word) : hide(word)
        })
      })
      .join('\n')
  }

  return {
    key: (text: string): string => (KEY.test(text) && text.length <= 40 ? text : alias('key', text, (n) => `key${n}`)),
    value(key: string, text: string): string {
      if (text === '' || TIME.test(text) || (NAMES.test(key) && NAME.test(text))) return text
      if (ID.test(text)) return alias('id', text, (n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`)
      if (COMMANDS.test(key)) return command(text)
      if (
        isPath(text) ||
        (/(^|_)(file|path|cwd|dir|folder)(_?name)?s?$|(File|Path|Dir)$/.test(key) && !/\s/.test(text))
      )
        return path(text)
      return hide(text)
    },
  }
}
