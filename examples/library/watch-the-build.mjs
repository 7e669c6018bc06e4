// A program that takes part in a room: a build watcher that says what it does, tells Codex about a red build, and asks for
// a decision. Run it inside a git repository: node watch-the-build.mjs
import {
  checkpointRead,
  escalate,
  isRallyError,
  post,
  readStatus,
  resolve,
  summarizeTaskHealth,
  writeHeartbeat,
  writePresence,
} from '@rally/core'
import { createChannelDiscovery, openRoom } from '@rally/local'

const workdir = process.argv[2] ?? '.'

try {
  const { app } = await resolve(createChannelDiscovery({ env: process.env }), workdir)
  console.log(`room: ${app}`)

  const room = await openRoom(workdir, { sessionId: 'build-watcher', tool: 'ci' })
  await writePresence(room, { phase: 'watch', task: 'watch the build' })
  await writeHeartbeat(room, { taskRef: 'BUILD-1', progress: 'first run', intervalSeconds: 60 })

  const posted = await post(room, { kind: 'feedback', to: 'codex', message: 'the build is red since 4f2a91c' })
  console.log(`posted revision ${posted.revision}, in the inbox of ${posted.to}`)

  const lines = await room.transport.heartbeats.latest('ci', 'build-watcher')
  const health = summarizeTaskHealth(lines, {
    now: Date.now() / 1000,
    sessionId: 'build-watcher',
    expectedRef: 'BUILD-1',
  })
  console.log(`task BUILD-1: ${health.health}`)

  const news = await checkpointRead(room)
  console.log(`new since the last look: ${news.new_changes.map(({ kind }) => kind).join(', ')}`)

  await escalate(room, { reason: 'revert, or wait for a fix?' })
  const { status, required_action: action } = await readStatus(room)
  console.log(`room is ${status}: ${action}`)
  await room.close()
} catch (error) {
  if (!isRallyError(error)) throw error
  console.error(`${error.code}: ${error.message}`)
  process.exitCode = error.exit
}
