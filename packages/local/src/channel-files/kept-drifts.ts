import fs from 'node:fs'
import { isSafeId } from '@rally/core/ids'
import { list, num, obj, parseJson, str } from '@rally/core/readers'
import { readText } from '../transport/files/read-text.js'
import { writeAtomically } from '../transport/files/write-atomically.js'

/** A file that changed under a session, found where its host could carry no text. */
export interface KeptDrift {
  readonly path: string
  readonly change: { readonly at: number; readonly isGone: boolean }
  readonly by: { readonly sessionId: string; readonly at: number }
}

/** Keeps them for the moment after the edit: `hook/<session>.drift.json`. What was kept before and not told is replaced. */
export function keepDrifts(root: string, sessionId: string, drifts: readonly KeptDrift[]): void {
  writeAtomically(root, fileOf(sessionId), { text: `${JSON.stringify({ drifts })}\n`, synced: false })
}

/** Takes them away and answers them. */
export function takeDrifts(root: string, sessionId: string): KeptDrift[] {
  const stored = readText(root, fileOf(sessionId))
  if (stored === undefined) return []
  fs.unlinkSync(`${root}/${fileOf(sessionId)}`)
  return list(obj(parseJson(stored.text)).drifts).flatMap((item): KeptDrift[] => {
    const { path, change, by } = obj(item)
    const { at, isGone } = obj(change)
    const { sessionId: id, at: announced } = obj(by)
    if (!isSafeId(id)) return []
    return [
      {
        path: str(path),
        change: { at: num(at) ?? 0, isGone: isGone === true },
        by: { sessionId: id, at: num(announced) ?? 0 },
      },
    ]
  })
}

function fileOf(sessionId: string): string {
  return `hook/${sessionId}.drift.json`
}
