// A session that never rests: node busy-session.mjs WORKDIR SESSION SEED [COUNT [PAUSE]]
// Does random things in the room and prints one line for each after it was answered: what was done, and its id. PAUSE
// (milliseconds) after each makes one that rests after all.
import fs from 'node:fs'
// One by one: the whole library takes twice as long to load, and these processes do not live long.
import { ackInbox } from '../../../packages/core/dist/usecases/inbox/ack-inbox.js'
import { writeInbox } from '../../../packages/core/dist/usecases/inbox/write-inbox.js'
import { claimLead } from '../../../packages/core/dist/usecases/lead/claim-lead.js'
import { relinquishLead } from '../../../packages/core/dist/usecases/lead/relinquish-lead.js'
import { postRecord as post } from '../../../packages/core/dist/usecases/log/post-record.js'
import { announcePresence as writePresence } from '../../../packages/core/dist/usecases/presence/announce-presence.js'
import { reportHeartbeat as writeHeartbeat } from '../../../packages/core/dist/usecases/task/report-heartbeat.js'
import { openRoom } from '../../../packages/local/dist/open-room.js'

const [workdir, sessionId, seed, count = 'Infinity', pause = '0'] = process.argv.slice(2)
const room = await openRoom(workdir, { sessionId, tool: 'codex' })
let state = Number(seed)
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  return state / 2 ** 32
}
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
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
    await sleep(5)
  }
  if (pause !== '0') await sleep(Number(pause))
}
