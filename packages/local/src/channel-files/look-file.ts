import fs from 'node:fs'
import { list, num, obj, parseJson, str, text } from '@rally/core/readers'
import { readText } from '../transport/files/read-text.js'
import { writeAtomically } from '../transport/files/write-atomically.js'

/** A file as it was when a session went idle. */
export interface SeenFile {
  readonly worktree: string
  readonly path: string
  readonly size: number
}

/** What a session that is idle last saw of the files that it edited: `hook/<session>.look.json`, there from the end of a turn to the next prompt. */
export interface IdleLook {
  /** Epoch seconds. */
  readonly at: number
  readonly files: readonly SeenFile[]
}

/** Takes the look away and answers it: it counts once. */
export function takeLook(root: string, sessionId: string): IdleLook | undefined {
  const stored = readText(root, lookOf(sessionId))
  if (stored === undefined) return undefined
  fs.unlinkSync(`${root}/${lookOf(sessionId)}`)
  const look = obj(parseJson(stored.text))
  const files = list(look.files).flatMap((item): SeenFile[] => {
    const [path, size, worktree] = list(item)
    return text(path) === undefined || num(size) === undefined
      ? []
      : [{ path: str(path), size: num(size) ?? 0, worktree: str(worktree) }]
  })
  return { at: num(look.at) ?? Number.POSITIVE_INFINITY, files }
}

export function writeLook(root: string, sessionId: string, { at, files }: IdleLook): void {
  const items = files.map(({ path, size, worktree }) => [path, size, worktree])
  writeAtomically(root, lookOf(sessionId), { text: `${JSON.stringify({ at, files: items })}\n`, synced: false })
}

function lookOf(sessionId: string): string {
  return `hook/${sessionId}.look.json`
}
