import { readdirSync, readFileSync, statSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '@rally/files/make-folder'
import { replaceFile } from '@rally/files/replace-file'
import { Refused } from './refusal.js'
import { type Surroundings, sha256 } from './surroundings.js'
import { codeOf } from './target-file.js'

/** What it takes to undo an installation in one file: kept in rally's state folder, for the user alone. */
export interface InstallRecord {
  readonly version: 1
  readonly path: string
  readonly owner: string
  /** The bytes before rally came, base64; null when there was no file. */
  readonly original: string | null
  /** SHA-256 of the bytes that rally wrote last. */
  readonly installed: string
  /** Unified diff from what rally wrote back to the original; null for a file that rally made. */
  readonly undo: string | null
  /** Folders that rally made for the file, outermost first. */
  readonly folders: readonly string[]
}

/** Where records and locks are. */
export function recordsFolder({ stateDir }: Surroundings): string {
  return join(stateDir, 'installs')
}

/** The stem of the record and of the lock of one file and owner (a host). */
export function recordStem(real: string, owner: string, surroundings: Surroundings): string {
  return join(recordsFolder(surroundings), sha256(`${owner}\0${real}`).slice(0, 32))
}

/** The lock of a file: one for all owners, since they write the same bytes. */
export function lockPath(real: string, surroundings: Surroundings): string {
  return join(recordsFolder(surroundings), `${sha256(real).slice(0, 32)}.lock`)
}

/** Records that were read, each with what its file was then: they hold whole settings files, and are asked for many times. */
const known = new Map<string, { readonly version: string; readonly record: InstallRecord | undefined }>()
const MOST_KNOWN = 16

function know(path: string, what: { readonly version: string; readonly record: InstallRecord | undefined }): void {
  if (known.size >= MOST_KNOWN) known.clear()
  known.set(path, what)
}

function versionOf(path: string): string {
  const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true })
  return [ino, size, mtimeNs, ctimeNs].join(' ')
}

/** The record, or undefined when there is none or it is damaged (then only our own nodes are taken out). */
export function readRecord(stem: string): InstallRecord | undefined {
  const path = `${stem}.json`
  try {
    const version = versionOf(path)
    const found = known.get(path)
    if (found?.version === version) return found.record
    const content: unknown = JSON.parse(readFileSync(path).toString())
    const record = isRecordOfInstall(content) ? content : undefined
    know(path, { version, record })
    return record
  } catch {
    return undefined
  }
}

/** The records of other owners of the same file, with their stems. */
export function readOtherRecords(
  record: { readonly real: string; readonly owner: string },
  surroundings: Surroundings,
): [stem: string, record: InstallRecord][] {
  const own = recordStem(record.real, record.owner, surroundings)
  return stemsOf(surroundings)
    .filter((stem) => stem !== own)
    .flatMap(recordAt)
    .filter(([, found]) => found.path === record.real && found.owner !== record.owner)
}

/** Every record of this user's, with its stem: all places that rally has written to. */
export function listRecords(surroundings: Surroundings): [stem: string, record: InstallRecord][] {
  return stemsOf(surroundings).flatMap(recordAt)
}

function stemsOf(surroundings: Surroundings): string[] {
  const folder = recordsFolder(surroundings)
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
    return names.map((name) => join(folder, name.slice(0, -'.json'.length)))
  } catch {
    return []
  }
}

function recordAt(stem: string): [stem: string, record: InstallRecord][] {
  const found = readRecord(stem)
  return found ? [[stem, found]] : []
}

/** Writes the record before the file itself is touched. Throws Refused when that fails. */
export function writeRecord(stem: string, record: InstallRecord, surroundings: Surroundings): void {
  try {
    makeFolder(recordsFolder(surroundings), { mode: 0o700 })
    replaceFile(`${stem}.json`, `${JSON.stringify(record, null, 2)}\n`, surroundings.unique())
    know(`${stem}.json`, { version: versionOf(`${stem}.json`), record })
  } catch (error) {
    throw new Refused({
      code: 'unwritable',
      message: `rally cannot keep its notes for undoing in ${surroundings.stateDir}: ${codeOf(error)}`,
      errno: codeOf(error),
    })
  }
}

export function removeRecord(stem: string): void {
  try {
    unlinkSync(`${stem}.json`)
  } catch {}
}

/** The bytes before rally came; undefined when there was no file. */
export function originalOf(record: InstallRecord): Buffer | undefined {
  return record.original === null ? undefined : Buffer.from(record.original, 'base64')
}

function isRecordOfInstall(value: unknown): value is InstallRecord {
  if (typeof value !== 'object' || value === null) return false
  const record = value as Partial<Record<keyof InstallRecord, unknown>>
  return (
    record.version === 1 &&
    (record.original === null || typeof record.original === 'string') &&
    typeof record.installed === 'string' &&
    (record.undo === null || typeof record.undo === 'string') &&
    Array.isArray(record.folders) &&
    record.folders.every((folder) => typeof folder === 'string')
  )
}
