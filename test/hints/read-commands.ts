import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const PACKAGES = join(import.meta.dirname, '../../packages')

interface ManifestCommand {
  readonly id: string
  readonly args: Readonly<Record<string, { readonly required?: boolean }>>
  readonly flags: Readonly<Record<string, { readonly type: 'boolean' | 'option' }>>
}

/** Commands of all packages by their words, `hooks install`, and oclif's own that hints name. */
export function readCommands(): ReadonlyMap<string, ManifestCommand> {
  const commands = readdirSync(PACKAGES).flatMap((name) => {
    try {
      const manifest = JSON.parse(readFileSync(join(PACKAGES, name, 'oclif.manifest.json'), 'utf8'))
      return Object.values<ManifestCommand>(manifest.commands)
    } catch {
      return []
    }
  })
  const plugins = ['plugins', 'plugins:install', 'plugins:update', 'plugins:uninstall'].map((id) => {
    return { id, args: /install/.test(id) ? { plugin: { required: true } } : {}, flags: {} }
  })
  return new Map([...commands, ...plugins].map((command) => [command.id.replaceAll(':', ' '), command]))
}

/** Words of a shell's line; quotation marks are kept. */
const WORDS = /"[^"]*"|'[^']*'|[^\s"']+/g
const QUOTED = /^["']/
/** A word that ends a command in a sentence. */
const END = /[,;:.)\]]+$/
/** What a sentence goes on with. An argument looks different: it is quoted, or holds a digit, a path, a capital letter. */
const PROSE = /^[a-z]+$/

/** The commands in a text, as somebody would type them: their words. */
export function commandsIn(text: string, commands: ReadonlyMap<string, ManifestCommand>): string[][] {
  return [...text.matchAll(/\brally (?=[a-z-])/g)].flatMap(({ index, 0: { length } }) => {
    const line = text.slice(index + length).split('\n', 1)[0] ?? ''
    const words = [...line.matchAll(WORDS)].map(([word]) => word)
    const found = readCommand(words, commands)
    return found === undefined ? [] : [found]
  })
}

function readCommand(words: readonly string[], commands: ReadonlyMap<string, ManifestCommand>): string[] | undefined {
  const plain = words.map((word) => word.replace(END, ''))
  const length = [3, 2, 1].find((count) => commands.has(plain.slice(0, count).join(' ')))
  const command = length === undefined ? undefined : commands.get(plain.slice(0, length).join(' '))
  if (length === undefined || command === undefined) return undefined
  const typed = plain.slice(0, length)
  const required = Object.values(command.args).filter((arg) => arg.required).length
  let given = 0
  for (let at = length; at < words.length; at++) {
    if (END.test(words[at - 1] ?? '') && !QUOTED.test(words[at - 1] ?? '')) break
    const word = words[at] ?? ''
    const bare = QUOTED.test(word) ? word.slice(1, -1) : word.replace(END, '')
    if (/^--?[a-z]/.test(word)) {
      typed.push(bare)
      if (bare === '--help') break
      if (command.flags[bare.replace(/^-+/, '')]?.type !== 'option') continue
      at++
      const value = words[at] ?? ''
      typed.push(QUOTED.test(value) ? value.slice(1, -1) : value.replace(END, ''))
      continue
    }
    const isArgument = Object.keys(command.args).length > given && (given < required || !PROSE.test(bare))
    if (!isArgument || bare === '' || bare === '·') break
    typed.push(bare)
    given++
  }
  return typed
}
