import type { Ring } from '@rally/core/model/ring'
import type { DoorbellPort, RingTarget } from '@rally/core/ports/doorbell'
import { num, obj, parseJson, text } from '@rally/core/readers'
import { statIfThere } from '../system/facts.js'
import type { Env } from '../system/user-dirs.js'
import { appendLine } from '../transport/files/append-line.js'
import { readText } from '../transport/files/read-text.js'
import { writeAtomically } from '../transport/files/write-atomically.js'
import { ringCommand } from './ring-command.js'
import { ringSocket } from './ring-socket.js'

const FILE = 'hook/room/rings.jsonl'
/** Above this size (bytes) the older half is dropped: hundreds of rings. */
const MOST_BYTES = 64 << 10

/** The doorbells of this machine's hosts, and what a room remembers of its rings (who, whom, when; never a word or a secret). */
export function createDoorbell(root: string, env: Env): DoorbellPort {
  return {
    rings: async () => (readText(root, FILE)?.text ?? '').split('\n').flatMap(parseRing),
    async note(ring) {
      if ((statIfThere(`${root}/${FILE}`)?.size ?? 0) > MOST_BYTES) dropOlder(root)
      appendLine(root, FILE, Buffer.from(`${JSON.stringify(ring)}\n`), { synced: false })
    },
    ring: async (target: RingTarget) =>
      target.ring.kind === 'socket' ? ringSocket(target.ring, target, env) : ringCommand(target.ring, target, env),
  }
}

function parseRing(line: string): Ring[] {
  const stored = obj(line === '' ? undefined : parseJson(line))
  const [at, session, by] = [num(stored.at), text(stored.session), text(stored.by)]
  if (at === undefined || session === undefined || by === undefined) return []
  return [{ at, session, by, message: text(stored.message) ?? null, done: stored.done === true }]
}

function dropOlder(root: string): void {
  const lines = readText(root, FILE)?.text.split('\n') ?? []
  writeAtomically(root, FILE, { text: lines.slice(lines.length >> 1).join('\n'), synced: false })
}
