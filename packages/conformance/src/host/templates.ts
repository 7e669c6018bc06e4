import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import nodeModule from 'node:module'
import { join } from 'node:path'
import type { TestRunner } from '../test-runner.js'
import { type PluginPackage, templatesOf } from './plugin-package.js'

/** What rally adds to a file of that kind: a last line with a checksum. */
const MARK = 'rally:000000000000'

/** Programs and texts are legal as they will stand in their place. */
export function templateTests({ describe, it }: TestRunner, plugin: PluginPackage): void {
  describe('templates', () => {
    it('are legal in the language that their name says', () => {
      const checked = new Set<string>()
      for (const { template, path } of templatesOf(plugin.adapter())) {
        const kind = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? ''
        if (checked.has(`${template} ${kind}`)) continue
        checked.add(`${template} ${kind}`)
        const text = readFileSync(join(plugin.folder, template), 'utf8')
        const problem = problemOf(text, kind)
        assert.equal(problem, undefined, `${template} as ${path}: ${problem}`)
      }
    })

    it('of programs call rally-hook for the events that are declared', () => {
      const { programFiles = [] } = plugin.adapter()
      for (const { template, events } of programFiles) {
        const text = readFileSync(join(plugin.folder, template), 'utf8')
        assert.ok(text.includes('rally-hook'), `${template} does not call rally-hook`)
        for (const event of events) assert.ok(text.includes(event), `${template} knows no event ${event}`)
      }
    })
  })
}

/** What is wrong with a text of that kind; undefined where nothing is, or where nobody here reads that kind. */
function problemOf(text: string, kind: string): string | undefined {
  if (kind === 'json') return thrown(() => JSON.parse(text))
  if (/^[mc]?js$/.test(kind)) return scriptProblem(`${text}\n// ${MARK}\n`, kind === 'cjs' ? 'commonjs' : 'module')
  if (/^[mc]?ts$/.test(kind)) return typedProblem(`${text}\n// ${MARK}\n`)
  if (kind === 'sh' || /^#!.*\b(ba|da)?sh\b/.test(text)) return programProblem('sh', ['-n'], `${text}\n# ${MARK}\n`)
  if (kind === 'md' || kind === 'mdc') return frontMatterProblem(text)
  return undefined
}

function scriptProblem(text: string, type: string): string | undefined {
  return programProblem(process.execPath, ['--check', `--input-type=${type}`, '-'], text)
}

const READS_NO_TYPES = 'reads no types: test with Node 22.13 or newer, or write the file without types'

/** A Node that cannot read types takes the file for JavaScript, which is legal TypeScript as well. */
function typedProblem(text: string): string | undefined {
  if (!('stripTypeScriptTypes' in nodeModule)) {
    const problem = scriptProblem(text, 'module')
    return problem && `this Node, ${process.version}, ${READS_NO_TYPES}\n${problem}`
  }
  const strip: unknown = nodeModule.stripTypeScriptTypes
  return typeof strip === 'function' ? thrown(() => strip(text)) : undefined
}

function programProblem(program: string, argv: readonly string[], input: string): string | undefined {
  const { status, stderr, error } = spawnSync(program, argv, { input, encoding: 'utf8' })
  return status === 0 ? undefined : (error?.message ?? stderr)
}

function frontMatterProblem(text: string): string | undefined {
  if (!text.startsWith('---\n')) return undefined
  return /\n---\n/.test(text) ? undefined : 'the front matter has no end'
}

function thrown(act: () => unknown): string | undefined {
  try {
    act()
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
