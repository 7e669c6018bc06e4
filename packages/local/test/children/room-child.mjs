// A session in a process of its own, told over IPC what to do: node room-child.mjs WORKDIR SESSION
import { ackInbox, claimFiles, claimLead, post, relinquishLead } from '@rally/core'
import { openRoom } from '../../dist/open-room.js'

const [workdir, sessionId] = process.argv.slice(2)
const room = await openRoom(workdir, { sessionId, tool: 'codex' })

const actions = {
  claim: async () => (await claimLead(room)).claimed,
  relinquish: async () => (await relinquishLead(room)).relinquished,
  ack: async () => (await ackInbox({ ...room, session: { ...room.session, sessionId: 'shared' } })).directCount,
  /** Claims one of the patterns, all of which name the same file of a round; answers the number that it got, if it got one. */
  async claimFiles(round, patterns) {
    const pattern = patterns[(round * 7 + Number(sessionId.slice(1))) % patterns.length]
    const answer = await claimFiles(room, { patterns: [`${workdir}/round-${round}/${pattern}`] })
    return answer.claimed ? [answer.claim.fence] : []
  },
  async post(count) {
    const posted = []
    for (let i = 0; i < count; i++) {
      const { revision, eventId, message } = await post(room, { kind: 'note', to: 'codex', message: `note ${i}` })
      posted.push({ revision, eventId, messageId: message.messageId })
    }
    return posted
  },
}

process.on('message', async ({ action, count, patterns }) => {
  try {
    process.send({ answer: await actions[action](count, patterns) })
  } catch (error) {
    process.send({ error: `${error.code}: ${error.message}` })
  }
})
process.on('disconnect', () => process.exit(0))
process.send({ answer: 'ready' })
