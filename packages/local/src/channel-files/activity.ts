import { join } from 'node:path'
import { isSafeId } from '@rally/core/ids'
import type { InFlight } from '@rally/core/model/in-flight'
import type { TellingRecord } from '@rally/core/model/telling'
import type { ActivityPort, GivenWarning, PromptNote } from '@rally/core/ports/activity'
import { readNames } from '../transport/files/read-names.js'
import { FileMemo } from './file-memo.js'
import { readAllLeftWork, readAllWork } from './inflight-log.js'
import { PROMPTS_FOLDER, readPromptNote } from './prompt-notes.js'
import { readTellings } from './tellings.js'
import { readWarned } from './told-file.js'

/** What hooks of this machine keep in a channel folder. */
export function createActivity(root: string): ActivityPort {
  const memos = {
    work: new FileMemo<readonly InFlight[]>(),
    prompts: new FileMemo<PromptNote | undefined>(),
    warnings: new FileMemo<readonly GivenWarning[]>(),
    tellings: new FileMemo<readonly TellingRecord[]>(),
  }
  const prompt = (id: string) =>
    memos.prompts.of(`${root}/${PROMPTS_FOLDER}/${id}.json`, () => readPromptNote(root, id))
  const warned = (id: string) => memos.warnings.of(`${root}/hook/${id}.jsonl`, () => warningsOf(root, id))
  return {
    inFlight: async (now) => readAllWork(root, now, memos.work),
    left: async () => readAllLeftWork(root),
    prompts: async () => new Map(promptsIn(root, prompt)),
    warnings: async () => sessionsIn(join(root, 'hook'), '.jsonl').flatMap(warned),
    tellings: async (query) => readTellings(root, query, memos.tellings),
  }
}

function sessionsIn(folder: string, suffix: string): string[] {
  return readNames(folder)
    .filter((name) => name.endsWith(suffix))
    .map((name) => name.slice(0, -suffix.length))
    .filter(isSafeId)
}

function promptsIn(root: string, read: (id: string) => PromptNote | undefined): [string, PromptNote][] {
  return sessionsIn(join(root, PROMPTS_FOLDER), '.json').flatMap((id) => {
    const note = read(id)
    return note === undefined ? [] : [[id, note] as [string, PromptNote]]
  })
}

function warningsOf(root: string, sessionId: string): GivenWarning[] {
  return readWarned(root, sessionId).flatMap(({ path, peer, kind }) =>
    kind === 'collision' || kind === 'merge-risk' || kind === 'claim' ? [{ sessionId, path, peer, kind }] : [],
  )
}
