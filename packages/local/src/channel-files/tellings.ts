import fs from 'node:fs'
import { isSafeId } from '@rally/core/ids'
import type { TellingRecord, ToldPeer } from '@rally/core/model/telling'
import type { TellingQuery } from '@rally/core/ports/activity'
import { int, list, num, obj, parseJson, str, strings, text } from '@rally/core/readers'
import { lstatIfThere, statIfThere } from '../system/facts.js'
import { appendLine } from '../transport/files/append-line.js'
import { readNames } from '../transport/files/read-names.js'
import { readText } from '../transport/files/read-text.js'
import type { FileMemo } from './file-memo.js'

// What each session was told, a line for each telling. This file is the only owner of its format: hooks append, `rally sent`,
// `rally why`, `rally log` and `rally cost` read. It holds the text, so it is private to the user: a relay reports ids and times
// of it to other machines, never a word.

export const TELLINGS_FOLDER = 'hook/told'
const SUFFIX = '.jsonl'
/** The older half of a long history. */
const OLDER = '.old'
/** A file that grew beyond this (bytes) is set aside; the one before it goes. */
const MOST_BYTES = 256 << 10
const DAY = 24 * 3600

/** Best effort: a history that cannot be written never disturbs a hook. */
export function appendTelling(root: string, telling: TellingRecord): void {
  const file = fileOf(telling.session)
  try {
    appendLine(root, file, Buffer.from(`${JSON.stringify(telling)}\n`), { synced: false })
    if ((statIfThere(`${root}/${file}`)?.size ?? 0) > MOST_BYTES)
      fs.renameSync(`${root}/${file}`, `${root}/${file}${OLDER}`)
  } catch {
    // A full disk, or a folder that may only be read.
  }
}

/** What is kept, oldest first; lines that cannot be read are left out. */
export function readTellings(
  root: string,
  { since = 0, sessions }: TellingQuery = {},
  memo?: FileMemo<readonly TellingRecord[]>,
): TellingRecord[] {
  const files = sessions?.filter(isSafeId).flatMap(filesOf) ?? filesWithHistory(root)
  const read = (file: string) => linesOf(root, file).flatMap(parseTelling)
  return files
    .flatMap((file) => memo?.of(`${root}/${file}`, () => read(file)) ?? read(file))
    .filter(({ at }) => at >= since)
    .sort((a, b) => a.at - b.at)
}

/** Takes away what is older than so many days; a file that still grows is set aside first. */
export function removeOldTellings(root: string, { now, days }: { now: number; days: number }): void {
  const oldest = now - days * DAY
  for (const name of readNames(`${root}/${TELLINGS_FOLDER}`)) {
    const path = `${root}/${TELLINGS_FOLDER}/${name}`
    const stats = lstatIfThere(path)
    if (stats === undefined) continue
    if (stats.mtimeMs / 1000 < oldest) fs.rmSync(path, { force: true })
    else if (name.endsWith(SUFFIX) && beginsBefore(root, `${TELLINGS_FOLDER}/${name}`, oldest))
      fs.renameSync(path, `${path}${OLDER}`)
  }
}

function beginsBefore(root: string, file: string, oldest: number): boolean {
  const [first] = linesOf(root, file).flatMap(parseTelling)
  return first !== undefined && first.at < oldest
}

/** Those that are there, of each session the older one first. */
function filesWithHistory(root: string): string[] {
  const names = readNames(`${root}/${TELLINGS_FOLDER}`)
  const present = new Set(names.map((name) => `${TELLINGS_FOLDER}/${name}`))
  const ids = new Set(names.map((name) => name.replace(/\.jsonl(\.old)?$/, '')))
  return [...ids]
    .filter(isSafeId)
    .flatMap(filesOf)
    .filter((file) => present.has(file))
}

function filesOf(sessionId: string): string[] {
  return [`${fileOf(sessionId)}${OLDER}`, fileOf(sessionId)]
}

function fileOf(sessionId: string): string {
  return `${TELLINGS_FOLDER}/${sessionId}${SUFFIX}`
}

function linesOf(root: string, file: string): string[] {
  return readText(root, file)?.text.split('\n') ?? []
}

function parseTelling(line: string): TellingRecord[] {
  const stored = obj(line === '' ? undefined : parseJson(line))
  const [at, session] = [num(stored.at), text(stored.session)]
  if (at === undefined || session === undefined) return []
  return [
    {
      at,
      session,
      name: text(stored.name) ?? null,
      tool: str(stored.tool),
      context: int(stored.context) ?? 0,
      moment: str(stored.moment),
      reasons: strings(stored.reasons),
      messages: strings(stored.messages),
      records: strings(stored.records),
      files: strings(stored.files),
      peers: list(stored.peers).flatMap(parsePeer),
      text: str(stored.text),
    },
  ]
}

function parsePeer(value: unknown): ToldPeer[] {
  const { id, name, since, last } = obj(value)
  const [known, time] = [text(id), num(last)]
  if (known === undefined || time === undefined) return []
  return [{ id: known, name: text(name) ?? null, since: num(since) ?? null, last: time }]
}
