import fs from 'node:fs'
import type { ChangeHint } from '@rally/core/ports/transport'

type Store = ChangeHint['store']

/** Folders of a channel that are watched, and the store each belongs to. */
export const FOLDERS: Readonly<Record<string, Store>> = {
  sessions: 'sessions',
  'task-heartbeats': 'heartbeats',
  inbox: 'inbox',
  rally: 'leases',
  log: 'log',
  receipts: 'receipts',
}

/** The watched folders that may exist, relative to the channel, and their stores. Ack cursors lie in a folder per tool. */
export function watchedFolders(root: string): (readonly [string, Store])[] {
  const acks = names(`${root}/inbox/.acks`).map((tool) => [`inbox/.acks/${tool}`, 'inbox'] as const)
  return [...Object.entries(FOLDERS), ['inbox/.acks', 'inbox'], ...acks]
}

/** Which store a file directly in the channel folder belongs to; undefined for files that say nothing (locks, temporary ones). */
export function storeOfFile(name: string): Store | undefined {
  if (name === 'revision' || name === 'rejections.jsonl' || name.startsWith('changes.jsonl')) return 'log'
  if (Object.hasOwn(FOLDERS, name)) return FOLDERS[name]
  return name.endsWith('.lock') || name.includes('.tmp') ? undefined : 'unknown'
}

/** What can be seen of a channel's stores without opening a file; it differs after every write. */
export function signatureOf(root: string): Map<Store, string> {
  const signature = new Map<Store, string>()
  const add = (store: Store, path: string, withEntries: boolean): void => {
    const seen = statText(path)
    signature.set(store, `${signature.get(store) ?? ''}|${seen}`)
    if (!withEntries || seen === '') return
    // A file that grows does not touch its folder, nor does a record that the gate of hooks keeps young.
    for (const name of names(path))
      if (name.endsWith('.jsonl') || store === 'sessions') add(store, `${path}/${name}`, false)
  }
  for (const name of ['changes.jsonl', 'revision', 'rejections.jsonl']) add('log', `${root}/${name}`, false)
  for (const [folder, store] of watchedFolders(root)) add(store, `${root}/${folder}`, true)
  return signature
}

function statText(path: string): string {
  try {
    const stats = fs.statSync(path, { throwIfNoEntry: false })
    return stats === undefined ? '' : `${stats.ino}:${stats.size}:${stats.mtimeMs}`
  } catch {
    return 'unreadable'
  }
}

function names(folder: string): string[] {
  try {
    return fs.readdirSync(folder)
  } catch {
    return []
  }
}
