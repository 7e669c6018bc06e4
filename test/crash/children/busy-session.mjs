// A session that never rests: node busy-session.mjs WORKDIR SESSION SEED [COUNT]
// Does random things in the room and prints one line for each after it was answered: what was done, and its id.
import fs from 'node:fs'
import {
  ackInbox,
  claimLead,
  post,
  relinquishLead,
  writeHeartbeat,
  writeInbox,
  writePresence,
} from '../../../packages/core/dist/index.js'
import { openRoom } from '../../../packages/local/dist/open-room.js'

const [workdir, sessionId, seed, count = 'Infinity'] = process.argv.slice(2)
const room = await openRoom(workdir, { sessionId, tool: 'codex' })
let state = Number(seed)
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  return state / 2 ** 32
}
const acknowledge = (what, id) => fs.writeSync(1, `${what} ${id}\n`)

let step = 0
const actions = [
  async () => {
    const text = 'x'.repeat(Math.floor(random() ** 4 * 9000))
    acknowledge('record', (await post(room, { kind: 'feedback', payload: { text } })).eventId)
  },
  async () => {
    const sent = await writeInbox(room, { to: 'codex', payload: { message: `n ${step}` } })
    acknowledge('message', sent.messageId)
    if (sent.stored.log) acknowledge('record', sent.eventId)
    else throw sent.failure
  },
  async () => {
    await writePresence(room, { task: String(step) })
    acknowledge('presence', step)
  },
  async () => acknowledge('heartbeat', (await writeHeartbeat(room, { taskRef: 't', progress: `p${step}` })).id),
  async () => {
    await ackInbox(room)
    acknowledge('ack', step)
  },
  async () => {
    if ((await claimLead(room)).claimed) await relinquishLead(room)
  },
]

for (; step < Number(count); step++) {
  try {
    await actions[Math.floor(random() * actions.length)]()
  } catch (error) {
    // A refusal that says so is no promise; the full-disk test counts on it.
    acknowledge('refused', error.code)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
