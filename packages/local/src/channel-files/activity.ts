import { join } from 'node:path'
import { isSafeId } from '@rally/core/ids'
import type { ActivityPort, GivenWarning, PromptNote } from '@rally/core/ports/activity'
import { num, obj, parseJson, text } from '@rally/core/readers'
import { readNames } from '../transport/files/read-names.js'
import { readText } from '../transport/files/read-text.js'
import { readAllClaims } from './claim-log.js'
import { readWarned } from './told-file.js'

/** First lines of prompts, one file a session: private to this machine, so no relay reads this folder. */
export const PROMPTS_FOLDER = 'hook/prompts'

/** What hooks of this machine keep in a channel folder. */
export function createActivity(root: string): ActivityPort {
  return {
    inFlight: async (now) => readAllClaims(root, now),
    prompts: async () => new Map(sessionsIn(join(root, PROMPTS_FOLDER), '.json').flatMap((id) => promptOf(root, id))),
    warnings: async () => sessionsIn(join(root, 'hook'), '.jsonl').flatMap((id) => warningsOf(root, id)),
  }
}

function sessionsIn(folder: string, suffix: string): string[] {
  return readNames(folder)
    .filter((name) => name.endsWith(suffix))
    .map((name) => name.slice(0, -suffix.length))
    .filter(isSafeId)
}

function promptOf(root: string, sessionId: string): [string, PromptNote][] {
  const stored = obj(parseJson(readText(root, `${PROMPTS_FOLDER}/${sessionId}.json`)?.text ?? ''))
  const [line, at] = [text(stored.text), num(stored.at)]
  return line === undefined || at === undefined ? [] : [[sessionId, { text: line, at }]]
}

function warningsOf(root: string, sessionId: string): GivenWarning[] {
  return readWarned(root, sessionId).map(({ path, peer, kind }) => ({ sessionId, path, peer, kind }))
}
