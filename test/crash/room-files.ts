import fs from 'node:fs'
import { join } from 'node:path'
import { filesBelow } from '../support/world.js'

/** Files that only grow. */
const GROWING = [
  'changes.jsonl',
  'inbox/codex.jsonl',
  'task-heartbeats/codex.jsonl',
  'hook/room/notices.jsonl',
] as const

/** Watches a room whose writers are killed: what stood there stays, byte for byte, and small files are always whole. */
export function createDamageWatch(channel: string): () => string[] {
  const before = new Map<string, Buffer>()
  return () => [
    ...GROWING.flatMap((name) => {
      const now = readIfThere(join(channel, name))
      const old = before.get(name) ?? Buffer.alloc(0)
      // An unfinished line at the end may still be ended by the next writer, or taken back by its own.
      before.set(name, now.subarray(0, now.lastIndexOf(0x0a) + 1))
      return now.subarray(0, old.length).equals(old) ? [] : [`${name} lost or changed what stood there`]
    }),
    ...filesBelow(channel)
      .filter((path) => path.endsWith('.json'))
      .flatMap((path) => (isWhole(path) ? [] : [`${path.slice(channel.length)} is damaged`])),
  ]
}

function isWhole(path: string): boolean {
  try {
    JSON.parse(fs.readFileSync(path, 'utf8'))
    return true
  } catch (error) {
    // Somebody who is still alive took it away.
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
  }
}

function readIfThere(path: string): Buffer {
  return fs.existsSync(path) ? fs.readFileSync(path) : Buffer.alloc(0)
}
