import fs from 'node:fs'
import type { PromptNote } from '@rally/core/ports/activity'
import { num, obj, parseJson, text } from '@rally/core/readers'
import { isAbsent } from '../transport/files/errno.js'
import { readText } from '../transport/files/read-text.js'
import { writeAtomically } from '../transport/files/write-atomically.js'

/** First lines of prompts, one file a session: private to this machine, so no relay reads this folder. */
export const PROMPTS_FOLDER = 'hook/prompts'

export function readPromptNote(root: string, sessionId: string): PromptNote | undefined {
  const stored = obj(parseJson(readText(root, noteOf(sessionId))?.text ?? ''))
  const [line, at] = [text(stored.text), num(stored.at)]
  return line === undefined || at === undefined ? undefined : { text: line, at }
}

/** Replaces what a session was asked before. Throws the system's error when it could not be stored. */
export function writePromptNote(root: string, sessionId: string, note: PromptNote): void {
  writeAtomically(root, noteOf(sessionId), { text: `${JSON.stringify(note)}\n`, synced: false })
}

export function removePromptNote(root: string, sessionId: string): void {
  try {
    fs.unlinkSync(`${root}/${noteOf(sessionId)}`)
  } catch (error) {
    if (!isAbsent(error)) throw error
  }
}

function noteOf(sessionId: string): string {
  return `${PROMPTS_FOLDER}/${sessionId}.json`
}
