import { RallyError, reasonOf } from '@rally/core/errors'
import type { Configuration } from '@rally/core/model/configuration'
import type { IgnoredKey } from '@rally/core/ports/configuration'
import { isObject } from '@rally/core/readers'
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

/** What a file says, and the keys in it that this version does not know. */
export interface ReadConfiguration {
  readonly configuration: Configuration
  readonly ignored: readonly IgnoredKey[]
}

/**
 * A configuration file, checked against its schema; empty when there is none, and the schema is loaded only when there is. Keys
 * that nobody knows are passed over: they may be those of a newer version.
 * @throws RallyError CONFIG_INVALID with the file, the key and what is wrong; never with a value, which may be a secret
 */
export async function readConfigurationFile(path: string, scope: ConfigurationScope): Promise<ReadConfiguration> {
  const json = readJsonFile(path)
  if (json === undefined) return { configuration: {}, ignored: [] }
  const { configurationSchema, repositoryConfigurationSchema } = await import('@rally/core/model/configuration')
  const schema = scope === 'user' ? configurationSchema : repositoryConfigurationSchema
  const parsed = schema.safeParse(json)
  if (parsed.success) return { configuration: parsed.data, ignored: [] }
  const unknown = parsed.error.issues.flatMap((issue) => waysOf(issue))
  const foreign = unknown
    .map((way) => way.join('.'))
    .find((key) => scope === 'repository' && allows(configurationSchema, json, key))
  if (foreign) throw refusal(path, foreign, "is the user's to set, not a repository's")
  const known = schema.safeParse(without(json, unknown))
  if (!known.success) throw invalid(path, known.error.issues)
  return { configuration: known.data, ignored: unknown.map((way) => ({ path, key: shownKey(way.join('.')) })) }
}

/** A copy in which the keys are not. */
function without(json: unknown, ways: readonly (readonly string[])[]): unknown {
  const copy: unknown = structuredClone(json)
  for (const way of ways) {
    let at = copy
    for (const name of way.slice(0, -1)) at = isObject(at) ? at[name] : undefined
    if (isObject(at)) Reflect.deleteProperty(at, way.at(-1) ?? '')
  }
  return copy
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
  const key = issue?.path.join('.') ?? ''
  return refusal(path, key, key === '' ? 'the file must hold one JSON object' : (issue?.message ?? ''))
}

/** Keys are written by whoever wrote the file: only plain characters of them reach a terminal. */
function refusal(path: string, name: string, what: string): RallyError {
  const key = shownKey(name)
  return new RallyError('CONFIG_INVALID', { path, key, reason: key === '' ? what : `"${key}" ${what}` })
}

function shownKey(name: string): string {
  return name.replace(/[^ -~]/g, '?').slice(0, 80)
}

/** The keys, with their way through the file, that a strict object did not expect. */
function waysOf(issue: Issue): string[][] {
  return issue.code === 'unrecognized_keys' ? (issue.keys ?? []).map((key) => [...issue.path.map(String), key]) : []
}

/** Whether the schema of the user's file knows a key that the repository's file may not have. */
function allows(
  schema: { safeParse(json: unknown): { success: boolean; error?: { issues: readonly Issue[] } | undefined } },
  json: unknown,
  key: string,
): boolean {
  const parsed = schema.safeParse(json)
  return (
    parsed.success ||
    !(parsed.error?.issues.flatMap((issue) => waysOf(issue)).some((way) => way.join('.') === key) ?? false)
  )
}
