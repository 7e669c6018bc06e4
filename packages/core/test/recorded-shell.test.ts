import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isObject, parseJson, str } from '../src/readers.js'
import { readShell } from '../src/rules/shell/read-shell.js'

const PACKAGES = join(import.meta.dirname, '../..')

/** What the recorded command lines write, by the end of their text. */
const WRITES: Readonly<Record<string, readonly string[]>> = {
  '; echo hi > src/via-bash.txt': ['src/via-bash.txt'],
  '; echo hi > src/via-shell.txt': ['src/via-shell.txt'],
  'env > /home/dev/shell.env; echo x > src/by-shell.txt': ['/home/dev/shell.env', 'src/by-shell.txt'],
  'npm test': [],
  'exit 3': [],
}

/** Every command line in the recorded payloads of all hosts. */
function recordedCommands(): { file: string; host: string; command: string }[] {
  return readdirSync(PACKAGES).flatMap((host) => {
    const folder = join(PACKAGES, host, 'fixtures')
    return list(folder).flatMap((file) => {
      const command = commandIn(parseJson(readFileSync(join(folder, file), 'utf8')))
      return command === '' || command.startsWith('*** Begin Patch') ? [] : [{ file, host, command }]
    })
  })
}

/** Hosts put it where they like. */
function commandIn(value: unknown): string {
  if (!isObject(value)) return ''
  const own = str(value.command)
  if (own !== '') return own
  return (
    Object.values(value)
      .map(commandIn)
      .find((found) => found !== '') ?? ''
  )
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'))
  } catch {
    return []
  }
}

describe('shell commands as hosts really send them', () => {
  const commands = recordedCommands()

  it('there are some of four hosts', () => {
    expect(new Set(commands.map(({ host }) => host)).size).toBeGreaterThanOrEqual(4)
  })

  it.each(commands)('$host $file', ({ command }) => {
    const expected = Object.entries(WRITES).find(([end]) => command.endsWith(end))?.[1]
    expect(expected, command).toBeDefined()
    expect(readShell(command)).toEqual({
      writes: expected?.map((path) => ({ path, tree: false, by: 'redirection' })),
      git: [],
    })
  })
})
