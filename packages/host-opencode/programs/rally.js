// Placed by rally: tells this agent who else works here (rally hooks install --host opencode). It calls `rally-hook` at each
// moment, waits for its answer at most so long, and does nothing where rally is not installed. Every failure is silence.
import { spawn } from 'node:child_process'

const LONGEST_MS = 5000
const EDITS = new Set(['edit', 'write', 'patch', 'apply_patch', 'multiedit', 'bash'])

/** What rally answers, or nothing. */
function call(event, payload, cwd) {
  return new Promise((resolve) => {
    let said = ''
    const done = () => {
      clearTimeout(timer)
      try {
        resolve(said === '' ? {} : (JSON.parse(said) ?? {}))
      } catch {
        resolve({})
      }
    }
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: '' }
    const child = spawn('rally-hook', ['opencode', event], { cwd, env, stdio: ['pipe', 'pipe', 'ignore'] })
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      resolve({})
    }, LONGEST_MS)
    child.on('error', done)
    child.on('close', done)
    child.stdout.on('data', (chunk) => {
      said += chunk
    })
    child.stdin.on('error', () => {})
    child.stdin.end(JSON.stringify({ event, cwd, opencode_pid: process.pid, ...payload }))
  })
}

export const Rally = async ({ directory }) => {
  const open = new Set()
  // A child session belongs to the one that started it.
  const parents = new Map()
  const of = (sessionID) => {
    const parent = parents.get(sessionID)
    return parent === undefined ? { session_id: sessionID } : { session_id: parent, agent_id: sessionID }
  }
  const end = async (id, reason) => {
    if (!open.delete(id)) return
    const isChild = parents.has(id)
    await call(isChild ? 'session.child.ended' : 'session.deleted', { ...of(id), reason }, directory)
    parents.delete(id)
  }
  return {
    async event({ event }) {
      const { info, sessionID } = event.properties ?? {}
      const id = sessionID ?? info?.id
      if (event.type === 'session.created' && info?.id) {
        if (info.parentID) parents.set(info.id, info.parentID)
        if (info.parentID) {
          open.add(info.id)
          await call('session.child.created', { ...of(info.id), agent_type: info.agent ?? 'subagent' }, directory)
        }
      }
      if (event.type === 'session.idle' && open.has(id)) {
        if (parents.has(id)) await end(id, 'idle')
        else await call('session.idle', of(id), directory)
      }
      if (event.type === 'session.deleted' && id) await end(id, 'deleted')
    },
    async 'chat.message'({ sessionID }, { message, parts }) {
      if (parents.has(sessionID)) return
      open.add(sessionID)
      const prompt = parts.flatMap((part) => (part.type === 'text' && !part.synthetic ? [part.text] : [])).join('\n')
      const model = message.model?.modelID
      const { context } = await call('chat.message', { ...of(sessionID), prompt, model }, directory)
      if (!context) return
      const last = parts.at(-1)?.id ?? 'prt_'
      parts.push({ id: `${last}r`, sessionID, messageID: message.id, type: 'text', synthetic: true, text: context })
    },
    async 'tool.execute.before'({ tool, sessionID }, { args }) {
      if (!EDITS.has(tool)) return
      const { deny } = await call('tool.execute.before', { ...of(sessionID), tool, args }, directory)
      if (deny) throw new Error(deny)
    },
    async 'tool.execute.after'({ tool, sessionID, args }, output) {
      if (!EDITS.has(tool)) return
      const { context } = await call('tool.execute.after', { ...of(sessionID), tool, args }, directory)
      if (context) output.output = `${output.output ?? ''}\n\n${context}`
    },
    async 'shell.env'({ sessionID }, output) {
      const id = parents.get(sessionID) ?? sessionID
      if (id) output.env.OPENCODE_SESSION_ID = id
    },
    async dispose() {
      await Promise.all([...open].map((id) => end(id, 'exit')))
    },
  }
}
