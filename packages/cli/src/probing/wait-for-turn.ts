import { createInterface } from 'node:readline'
import { type ProbeSighting, readSightings } from '@rally/local/hook-files/probe-file'
import type { Env } from '@rally/local/system/user-dirs'

const LOOK_MS = 200

export interface TurnWait {
  readonly env: Env
  /** Somebody who can paste an answer; without him the end of the turn ends the wait. */
  readonly person: NodeJS.ReadableStream | undefined
  readonly until: number
  /** Told once when the first hook has come, and once when the turn has ended. */
  readonly onNews: (news: 'begun' | 'ended') => void
}

/** Waits until the person has pasted what the model answered (an empty line ends it), or the turn has ended, or the time is over. */
export async function waitForTurn({ env, person, until, onNews }: TurnWait): Promise<readonly string[]> {
  const lines: string[] = []
  let isDone = false
  const reader = person && createInterface({ input: person })
  reader?.on('line', (line) => {
    if (line.trim() === '') isDone = true
    else lines.push(line)
  })
  // Nobody is there after all.
  reader?.on('close', () => {
    isDone ||= lines.length > 0
  })
  const told = new Set<string>()
  const tell = (news: 'begun' | 'ended', holds: boolean): void => {
    if (!holds || told.has(news)) return
    told.add(news)
    onNews(news)
  }
  while (!isDone && Date.now() / 1000 < until) {
    const sightings = readSightings(env)
    tell('begun', sightings.length > 0)
    tell('ended', hasEnded(sightings))
    if (person === undefined && hasEnded(sightings)) break
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
  reader?.close()
  return lines
}

function hasEnded(sightings: readonly ProbeSighting[]): boolean {
  return sightings.some(({ moment }) => moment === 'turn-end' || moment === 'session-end')
}
