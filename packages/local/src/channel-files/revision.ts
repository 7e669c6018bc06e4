import fs from 'node:fs'
import { join } from 'node:path'
import type { Self } from '@rally/core/moments'
import { readText } from '../transport/files/read-text.js'

/** The channel's newest revision as its small file says, 0 when there is none: the log itself is never read here. */
export function readRevision(root: string): number {
  const text = readText(root, 'revision')?.text.trim() ?? ''
  return /^\d{1,15}$/.test(text) ? Number(text) : 0
}

/**
 * Whether anybody else was in the room since this session was last told something. A session that was alone wrote every new
 * record itself, and needs no telling.
 */
export function othersWereHere(root: string, self: Self): boolean {
  try {
    const own = fs.statSync(join(root, 'hook', `${self.sessionId}.told.json`), { throwIfNoEntry: false })
    return fs.readdirSync(join(root, 'hook')).some((name) => {
      if (!name.endsWith('.told.json')) return false
      const id = name.slice(0, -'.told.json'.length)
      if (id === self.sessionId || id === self.parent || id.startsWith(`${self.sessionId}.`)) return false
      const stats = fs.statSync(join(root, 'hook', name), { throwIfNoEntry: false })
      return stats !== undefined && stats.mtimeMs > (own?.mtimeMs ?? 0)
    })
  } catch {
    return false
  }
}
