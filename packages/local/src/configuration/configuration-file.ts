import { RallyError, reasonOf } from '@rally/core/errors'
import type { Configuration } from '@rally/core/model/configuration'
import { readSmallFile } from '../system/small-file.js'

/** Whose file it is decides what it may say. */
export type ConfigurationScope = 'user' | 'repository'

const FILE_BYTES = 256 * 1024

interface Issue {
  readonly code: string
  readonly path: readonly PropertyKey[]
  readonly message: string
  readonly keys?: readonly string[]
}

/**
 * A configuration file, checked against its schema; empty when there is none, and the schema is loaded only when there is.
 * @throws RallyError CONFIG_INVALID with the file, the key and what is wrong; never with a value, which may be a secret
 */
export async function readConfigurationFile(path: string, scope: ConfigurationScope): Promise<Configuration> {
  const json = readJsonFile(path)
  if (json === undefined) return {}
  const { configurationSchema, repositoryConfigurationSchema } = await import('@rally/core/model/configuration')
  if (scope === 'user') {
    const parsed = configurationSchema.safeParse(json)
    if (parsed.success) return parsed.data
    throw invalid(path, parsed.error.issues)
  }
  const parsed = repositoryConfigurationSchema.safeParse(json)
  if (parsed.success) return parsed.data
  const foreign = parsed.error.issues.flatMap(keysOf).find((key) => allows(configurationSchema, json, key))
  if (foreign) throw refusal(path, foreign, "is the user's to set, not a repository's")
  throw invalid(path, parsed.error.issues)
}

/** Undefined when there is no file. */
function readJsonFile(path: string): unknown {
  let text: string
  try {
    const file = readSmallFile(path, FILE_BYTES)
    if (file.kind === 'absent') return undefined
    if (file.kind === 'unusable')
      throw new RallyError('CONFIG_INVALID', { path, reason: 'it is no small regular file' })
    text = file.text.replace(/^\ufeff/, '')
  } catch (error) {
    if (error instanceof RallyError) throw error
    throw new RallyError('CONFIG_INVALID', { path, reason: reasonOf(error) }, { cause: error })
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new RallyError('CONFIG_INVALID', { path, reason: `it is not JSON${placeOf(error, text)}` })
  }
}

/** Where the parser stopped. Its own message may quote the file. */
function placeOf(error: unknown, text: string): string {
  const position = /position (\d+)/.exec(reasonOf(error))?.[1]
  if (position === undefined) return ''
  const lines = text.slice(0, Number(position)).split('\n')
  return ` (line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1})`
}

function invalid(path: string, issues: readonly Issue[]): RallyError {
  const [issue] = issues
  const [unknown] = issue ? keysOf(issue) : []
  if (unknown) return refusal(path, unknown, 'is not a key of this file')
  const key = issue?.path.join('.') ?? ''
  return refusal(path, key, key === '' ? 'the file must hold one JSON object' : (issue?.message ?? ''))
}

/** Keys are written by whoever wrote the file: only plain characters of them reach a terminal. */
function refusal(path: string, name: string, what: string): RallyError {
  const key = name.replace(/[^ -~]/g, '?').slice(0, 80)
  return new RallyError('CONFIG_INVALID', { path, key, reason: key === '' ? what : `"${key}" ${what}` })
}

/** The keys, with their way through the file, that a strict object did not expect. */
function keysOf(issue: Issue): string[] {
  return issue.code === 'unrecognized_keys' ? (issue.keys ?? []).map((key) => [...issue.path, key].join('.')) : []
}

/** Whether the schema of the user's file knows a key that the repository's file may not have. */
function allows(
  schema: { safeParse(json: unknown): { success: boolean; error?: { issues: readonly Issue[] } | undefined } },
  json: unknown,
  key: string,
): boolean {
  const parsed = schema.safeParse(json)
  return parsed.success || !(parsed.error?.issues.flatMap(keysOf).includes(key) ?? false)
}
