// A subagent: announces itself under its parent, says how its task goes, answers the handoff it was started for, and leaves.
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { leaveRoom, post, writeHeartbeat, writePresence } from '@rally/core'
import { createRunIdentity } from '@rally/host-buildloop'
import { openRoom } from '@rally/local'

const [workdir, file] = process.argv.slice(2)
const me = {
  sessionId: `agent:counter-${randomBytes(6).toString('hex')}`,
  tool: 'agent:counter',
  parent: process.env.RALLY_PARENT_SESSION,
}

const room = await openRoom(workdir, me, { runIdentity: createRunIdentity() })
try {
  await writePresence(room, { phase: 'subagent', task: `count ${file}` })
  await writeHeartbeat(room, { taskRef: file, progress: 'reading' })
  const words = readFileSync(join(workdir, file), 'utf8').split(/\s+/).filter(Boolean).length
  await post(room, { kind: 'feedback', payload: { ref: process.env.HANDOFF, verdict: 'PASS', file, words } })
  await writeHeartbeat(room, { taskRef: file, status: 'done_pending_release', progress: `${words} words` })
} catch (error) {
  console.error(`${file}: ${error.message}`)
  process.exitCode = 1
} finally {
  await leaveRoom(room)
  await room.close()
}
