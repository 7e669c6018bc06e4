import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parse } from '@babel/parser'
import { list, obj, str } from '@rally/core/readers'

const ROOT = join(import.meta.dirname, '../..')
/** What is printed as help, and is run by the tests of every command. */
const HELP = new Set(['summary', 'description', 'examples', 'HELP_GROUPS'])

/** A sentence of the program that names one of its commands. */
export interface Hint {
  /** `packages/cli/src/errors.ts`. */
  readonly file: string
  /** As it stands in the source, with `*` for what is filled in. */
  readonly text: string
  /** Finds it in what was printed. */
  readonly pattern: RegExp
}

/** Every text in the sources of all packages in which a command of rally is named, but help and comments. */
export function findHints(commands: ReadonlySet<string>): Hint[] {
  const named = new RegExp(`\\brally (${[...commands].sort((a, b) => b.length - a.length).join('|')})\\b`)
  return sources(join(ROOT, 'packages')).flatMap((path) => {
    const text = readFileSync(path, 'utf8')
    if (!named.test(text)) return []
    const file = relative(ROOT, path)
    const found: Hint[] = []
    const visit = (value: unknown): void => {
      if (Array.isArray(value)) for (const one of value) visit(one)
      const node = obj(value)
      if (typeof node.type !== 'string' || isHelp(node)) return
      const parts = partsOf(node)
      if (parts !== undefined && named.test(parts.join('*'))) {
        found.push({ file, text: parts.join('*'), pattern: patternOf(parts) })
      }
      // What is filled in may be a sentence of its own.
      for (const child of Object.values(node)) if (typeof child === 'object') visit(child)
    }
    visit(parse(text, { sourceType: 'module', plugins: ['typescript'] }).program)
    return found
  })
}

function sources(packages: string): string[] {
  return readdirSync(packages).flatMap((name) => {
    const folder = join(packages, name, 'src')
    try {
      return readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
        .map((path) => join(folder, path))
    } catch {
      return []
    }
  })
}

function isHelp(node: Readonly<Record<string, unknown>>): boolean {
  const name = str(obj(node.key).name) || str(obj(node.id).name)
  return node.type === 'ImportDeclaration' || node.type === 'TSLiteralType' || HELP.has(name)
}

/** The fixed parts of a text; one part where nothing is filled in. */
function partsOf(node: Readonly<Record<string, unknown>>): string[] | undefined {
  if (node.type === 'StringLiteral') return [str(node.value)]
  if (node.type !== 'TemplateLiteral') return undefined
  return list(node.quasis).map((quasi) => str(obj(obj(quasi).value).cooked))
}

function patternOf(parts: readonly string[]): RegExp {
  const escaped = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+'))
  return new RegExp(escaped.join('[^\\n]*?'))
}
