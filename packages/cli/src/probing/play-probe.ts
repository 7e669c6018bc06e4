import { RallyError, reasonOf } from '@rally/core/errors'
import type { HostsProbeOutput } from '@rally/core/model/outputs/hosts-probe'
import { judgeProbe } from '@rally/core/rules/host/judge-probe'
import type { InstallableHost } from '@rally/installer'
import { keepProbe } from '@rally/local/hook-files/kept-probes'
import { beginProbe, endProbe, readSightings } from '@rally/local/hook-files/probe-file'
import type { Env } from '@rally/local/system/user-dirs'
import { cliError } from '../errors.js'
import { probeWords } from './probe-words.js'
import { readTranscripts, takeAnswerFile } from './read-answers.js'
import { waitForTurn } from './wait-for-turn.js'

/** The person may begin, a hook has come, the turn has ended. */
export type ProbeNews = 'ready' | 'begun' | 'ended'

export interface ProbeTurn {
  readonly env: Env
  readonly host: InstallableHost
  /** Real path: sessions that work there or below are probed. */
  readonly folder: string
  readonly waitSecs: number
  /** Told once each. */
  readonly onNews: (news: ProbeNews) => void
}

export interface PlayedProbe {
  /** Epoch seconds. */
  readonly probedAt: number
  readonly moments: HostsProbeOutput['moments']
}

/**
 * Has each hook of a host's next session hand over a word of its own, waits while the person plays one turn, and judges which
 * words came back. Throws BUSY while another probe runs, PROBE_UNHEARD when no hook came. A signal ends the process with 130,
 * after the hooks were set back.
 */
export async function playProbe({ env, host, folder, waitSecs, onNews }: ProbeTurn): Promise<PlayedProbe> {
  const { adapter } = host
  const probedAt = Date.now() / 1000
  const plan = { host: adapter.id, folder, until: probedAt + waitSecs, words: probeWords(Math.random) }
  if (!beginProbe(env, plan, probedAt)) throw new RallyError('BUSY', { what: 'the probe of another terminal' })
  const stop = (): void => {
    endProbe(env)
    process.exit(130)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop)
  try {
    onNews('ready')
    const person = process.stdin.isTTY ? process.stdin : undefined
    const pasted = await waitForTurn({ env, person, until: plan.until, onNews })
    const facts = readSightings(env)
    if (facts.length === 0) throw cliError('PROBE_UNHEARD', { title: adapter.title, id: adapter.id })
    const answer = [...pasted, takeAnswerFile(folder, Object.values(plan.words))].join('\n')
    const { context } = adapter.capabilities
    const names = [adapter.id, adapter.shortName ?? adapter.id]
    const transcripts = readTranscripts(facts)
    return { probedAt, moments: judgeProbe({ words: plan.words, facts, transcripts, answer, names, context }) }
  } finally {
    endProbe(env)
  }
}

/** Keeps what was seen for `rally hosts`. Returns why it could not be kept, or undefined. */
export function rememberProbe(
  env: Env,
  { host, version, moments, lost }: HostsProbeOutput,
  { probedAt }: PlayedProbe,
): string | undefined {
  const heard = moments.filter(({ back }) => back.length > 0).map(({ moment }) => moment)
  try {
    keepProbe(env, host, { version, probedAt, heard, lost }, `${process.pid}`)
    return undefined
  } catch (error) {
    return reasonOf(error)
  }
}
