// An orchestrator: begins a run, lets two subagents count the words of a file each, waits for their answers, closes the run.
// Run it inside a git repository: node orchestrate.mjs . README.md NOTES.md
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import {
  checkpointRead,
  escalate,
  findOpenHandoffs,
  handOff,
  leaveRoom,
  post,
  readStatus,
  writePresence,
} from '@rally/core'
import { createRunIdentity, generateOrResume } from '@rally/host-buildloop'
import { openRoom } from '@rally/local'

const [workdir = '.', ...files] = process.argv.slice(2)
const me = { sessionId: `orchestrator-${process.pid}`, tool: 'word-count' }

// The identity of the run comes first: whatever is written from here on carries it.
const run = generateOrResume({ workdir, ...me })
console.log(`${run.resumed ? 'resumed' : 'started'} ${run.build_loop_id}`)

const room = await openRoom(workdir, me, { runIdentity: createRunIdentity() })
await enter('assess')
await enter('count', { spawned: { counter: files.length } })
const results = await Promise.all(files.map(count))

const open = await findOpenHandoffs(room, { sessionId: me.sessionId })
if (open.length > 0) {
  await escalate(room, { reason: `nobody settled ${open.map(({ subject }) => subject).join(', ')}` })
  console.error(`${open.length} handoff(s) are open: the run stays open`)
  process.exitCode = 5
} else {
  await enter('report')
  for (const record of (await room.transport.log.latest(50)).filter(({ payload }) => payload.words !== undefined)) {
    console.log(`${record.payload.file}: ${record.payload.words} words, says ${record.tool}`)
  }
  const { status } = await readStatus(room, { ownedFiles: files })
  await post(room, { kind: 'phase', payload: { phase: 'run-closeout', status }, mayCloseRun: true })
  console.log(`closed, the room is ${status}; subagents ended with ${results.join(' and ')}`)
}
await leaveRoom(room)
await room.close()

/** A phase begins: others see it in the log and in the roster, and we see what changed. */
async function enter(phase, { spawned = {} } = {}) {
  await post(room, { kind: 'phase', payload: { phase } })
  await writePresence(room, { phase, task: `count words of ${files.join(', ')}`, spawned })
  const { reactions } = await checkpointRead(room, { files })
  console.log(`phase ${phase}${reactions.map(({ action }) => `, ${action}`).join('')}`)
}

/** Hands one file over, by contract, to a subagent in a process of its own; answers how that ended. */
async function count(file) {
  const handoff = await handOff(room, {
    to: 'agent:counter',
    message: file,
    ownership: {
      owns: [file],
      does_not_own: files.filter((other) => other !== file),
      allowed_tools: ['read'],
      denied_tools: ['write'],
      interface_contract: 'a feedback record with file and words that names this handoff',
      integration_checkpoint: 'the report phase',
    },
  })
  if (!handoff.accepted) throw new Error(`the handoff lacks ${handoff.missingOrInvalid.join(', ')}`)
  const child = spawn(process.execPath, [join(import.meta.dirname, 'count-words.mjs'), workdir, file], {
    env: { ...process.env, RALLY_PARENT_SESSION: me.sessionId, HANDOFF: handoff.sent.eventId },
    stdio: 'inherit',
  })
  const [code] = await once(child, 'exit')
  return code
}
