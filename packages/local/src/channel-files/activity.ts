import { join } from 'node:path'
import { isSafeId } from '@rally/core/ids'
import type { ActivityPort, GivenWarning, PromptNote } from '@rally/core/ports/activity'
import { readNames } from '../transport/files/read-names.js'
import { readAllLeftWork, readAllWork } from './inflight-log.js'
import { PROMPTS_FOLDER, readPromptNote } from './prompt-notes.js'
import { readTellings } from './tellings.js'
import { readWarned } from './told-file.js'

/** What hooks of this machine keep in a channel folder. */
export function createActivity(root: string): ActivityPort {
  return {
    inFlight: async (now) => readAllWork(root, now),
    left: async () => readAllLeftWork(root),
    prompts: async () => new Map(promptsIn(root)),
    warnings: async () => sessionsIn(join(root, 'hook'), '.jsonl').flatMap((id) => warningsOf(root, id)),
    tellings: async (query) => readTellings(root, query),
  }
}

function sessionsIn(folder: string, suffix: string): string[] {
  return readNames(folder)
    .filter((name) => name.endsWith(suffix))
    .map((name) => name.slice(0, -suffix.length))
    .filter(isSafeId)
}

function promptsIn(root: string): [string, PromptNote][] {
  return sessionsIn(join(root, PROMPTS_FOLDER), '.json').flatMap((id) => {
    const note = readPromptNote(root, id)
    return note === undefined ? [] : [[id, note] as [string, PromptNote]]
  })
}

function warningsOf(root: string, sessionId: string): GivenWarning[] {
  return readWarned(root, sessionId).flatMap(({ path, peer, kind }) =>
    kind === 'collision' || kind === 'merge-risk' || kind === 'claim' ? [{ sessionId, path, peer, kind }] : [],
  )
}
