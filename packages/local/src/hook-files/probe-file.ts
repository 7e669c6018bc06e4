import fs from 'node:fs'
import { join, sep } from 'node:path'
import { isObject, list, obj, parseJson, str, text } from '@rally/core/readers'
import { makeFolders } from '../system/make-folder.js'
import { readSmallFile } from '../system/small-file.js'
import { type Env, stateDir } from '../system/user-dirs.js'

/** A probe is a few lines. */
const LARGEST = 256 << 10
const PLAN = 'probe.json'
const SEEN = 'probe.jsonl'

/** What `rally hosts probe` wants hooks to do while it waits. */
export interface ProbePlan {
  readonly host: string
  /** Real path: sessions that work there or below are probed. */
  readonly folder: string
  /** Epoch seconds at which it is over, whatever became of the command. */
  readonly until: number
  /** A word for each moment. */
  readonly words: Readonly<Record<string, string>>
}

/** What one hook did for it. */
export interface ProbeSighting {
  /** Epoch seconds. */
  readonly t: number
  readonly session: string
  readonly moment: string
  readonly event: string
  /** Whether its word was handed to the host. */
  readonly said: boolean
  /** Words of earlier moments that stood in the payload: the host, the model or the person said them. */
  readonly found: readonly string[]
  /** Where the host keeps what was said, if the payload names a file. */
  readonly transcript?: string | undefined
}

/** The plan that holds for a session of that host in that folder; one `stat` where nobody probes anything. */
export function probeFor(env: Env, host: string, cwd: string, now: number): ProbePlan | undefined {
  const path = join(stateDir(env), PLAN)
  if (fs.statSync(path, { throwIfNoEntry: false }) === undefined) return undefined
  const plan = readProbePlan(env)
  if (plan === undefined || plan.host !== host || plan.until < now) return undefined
  const folder = realPath(cwd)
  return folder === plan.folder || folder.startsWith(plan.folder + sep) ? plan : undefined
}

function readProbePlan(env: Env): ProbePlan | undefined {
  const value = obj(parseJson(read(env, PLAN)))
  if (typeof value.until !== 'number') return undefined
  const words = Object.entries(obj(value.words)).map(([moment, word]): [string, string] => [moment, str(word)])
  return { host: str(value.host), folder: str(value.folder), until: value.until, words: Object.fromEntries(words) }
}

/** Begins a probe; false when another one is running. */
export function beginProbe(env: Env, plan: ProbePlan, now: number): boolean {
  makeFolders(stateDir(env))
  const path = join(stateDir(env), PLAN)
  const other = readProbePlan(env)
  if (other !== undefined && other.until >= now) return false
  endProbe(env)
  try {
    fs.writeFileSync(path, `${JSON.stringify(plan)}\n`, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

export function endProbe(env: Env): void {
  for (const name of [PLAN, SEEN]) fs.rmSync(join(stateDir(env), name), { force: true })
}

/** Best effort, as the journal. */
export function appendSighting(env: Env, sighting: ProbeSighting): void {
  try {
    fs.appendFileSync(join(stateDir(env), SEEN), `${JSON.stringify(sighting)}\n`, { mode: 0o600 })
  } catch {
    // The command says that no hook ran.
  }
}

/** What hooks did since the probe began, oldest first. */
export function readSightings(env: Env): ProbeSighting[] {
  return read(env, SEEN)
    .split('\n')
    .flatMap((line) => {
      const value = parseJson(line)
      if (!isObject(value) || typeof value.t !== 'number') return []
      return [
        {
          t: value.t,
          session: str(value.session),
          moment: str(value.moment),
          event: str(value.event),
          said: value.said === true,
          found: list(value.found).map((word) => str(word)),
          transcript: text(value.transcript),
        },
      ]
    })
}

function read(env: Env, name: string): string {
  const file = readSmallFile(join(stateDir(env), name), LARGEST)
  return file.kind === 'text' ? file.text : ''
}

function realPath(path: string): string {
  try {
    return fs.realpathSync(path)
  } catch {
    return path
  }
}
