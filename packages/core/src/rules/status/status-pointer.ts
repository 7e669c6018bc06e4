import { type JsonObject, str, text } from '../../readers.js'

/** Where a run keeps its status document. */
export interface StatusPointer {
  readonly file: string
  readonly committedSha: string | null
  readonly summary: string
}

/** The payload of a `status` record. `summary` repeats the pointer as text, for readers that know only the text of a record. */
export function makeStatusPayload(pointer: StatusPointer): JsonObject {
  const { file, committedSha, summary } = pointer
  // Readers of the existing system know the pair only with its `sha=`, which may be empty.
  const tail = `[file=${file} sha=${committedSha ?? ''}]`
  return {
    file,
    committed_sha: committedSha,
    message: summary,
    subject: `status: ${file}`,
    summary: summary === '' ? tail : `${summary} ${tail}`,
  }
}

/** The pointer in a `status` record, or undefined; from the keys, else from the text of its summary. */
export function readStatusPointer(payload: JsonObject): StatusPointer | undefined {
  const summary = readStatusText(payload)
  const tail = /\s*\[file=(.+?)(?: sha=([^\s\]]*))?\]\s*$/.exec(summary)
  const file = text(payload.file) ?? tail?.[1]
  if (file === undefined) return undefined
  return {
    file,
    committedSha: text(payload.committed_sha) ?? text(tail?.[2]) ?? null,
    summary: text(payload.message) ?? (tail === null ? summary : summary.slice(0, tail.index)),
  }
}

/** The text of a `status` record as it was written, pointer included. */
export function readStatusText(payload: JsonObject): string {
  return str(payload.summary) || str(payload.reason)
}
