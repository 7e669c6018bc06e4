import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One recorded case of the existing system; `test/golden/README.md` explains the form. */
export interface GoldenCase {
  readonly name: string
  readonly area: string
  readonly tag: 'CORE' | 'EXTENDED' | 'QUIRK'
  readonly about: string
  readonly given: {
    readonly repo: string
    readonly git: boolean
    readonly git_cmds: readonly (readonly string[])[]
    readonly env: Readonly<Record<string, string>>
    readonly unset: readonly string[]
    readonly files: Readonly<Record<string, unknown>>
  }
  readonly steps: readonly GoldenStep[]
  readonly expected_files: Readonly<Record<string, unknown>>
}

export interface GoldenStep {
  readonly given: {
    readonly run?: readonly string[]
    readonly api?: string
    readonly stdin?: string
    readonly cwd?: string
    readonly env?: Readonly<Record<string, string | null>>
  }
  readonly expected: {
    readonly exit: number
    readonly stdout_json?: unknown
    readonly stdout_jsonl?: readonly unknown[]
    readonly stdout_lines?: readonly string[]
  }
}

const folder = join(import.meta.dirname, '..', 'golden', 'cases')

export function readCases(): GoldenCase[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))
}
