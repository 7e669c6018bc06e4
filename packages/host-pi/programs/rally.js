// Placed by rally: tells this agent who else works here (rally hooks install --host pi). It calls `rally-hook` at each moment, waits
// for its answer at most so long, and does nothing where rally is not installed. Every failure is silence.
import { spawn } from 'node:child_process'
import { homedir } from 'node:os'
import { resolve } from 'node:path'

const LONGEST_MS = 5000
const EDITS = new Set(['edit', 'write', 'bash'])

/** What rally answers, or nothing. */
function call(event, payload, cwd) {
  return new Promise((done) => {
    let said = ''
    const end = () => {
      clearTimeout(timer)
      try {
        done(said === '' ? {} : (JSON.parse(said) ?? {}))
      } catch {
        done({})
      }
    }
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: '' }
    const child = spawn('rally-hook', ['pi', event], { cwd, env, stdio: ['pipe', 'pipe', 'ignore'] })
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      done({})
    }, LONGEST_MS)
    child.on('error', end)
    child.on('close', end)
    child.stdout.on('data', (chunk) => {
      said += chunk
    })
    child.stdin.on('error', () => {})
    child.stdin.end(JSON.stringify({ event, cwd, pi_pid: process.pid, ...payload }))
  })
}

/** A path as the model wrote it is relative, absolute, below ~, or begins with the @ that Pi takes away. */
function input(given, cwd) {
  if (typeof given?.path !== 'string') return given
  const path = given.path.replace(/^@/, '').replace(/^~(?=\/|$)/, homedir())
  return { ...given, path: resolve(cwd, path) }
}

export default function rally(pi) {
  // One after the other: an older Pi begins with the end of the session before the end of the turn has returned.
  let last = Promise.resolve({})
  // What was said at the start reaches the model with the first prompt.
  let greeting = ''
  // Files that a script of the model's edited through tools; what is said at those, only the script would see.
  let scripted = []

  const tell = (event, ctx, payload = {}) => {
    const session_id = ctx.sessionManager.getSessionId()
    const next = () => call(event, { session_id, model: ctx.model?.id, ...payload }, ctx.cwd)
    last = last.then(next, next)
    return last
  }

  pi.on('session_start', async ({ reason }, ctx) => {
    process.env.PI_SESSION_ID = ctx.sessionManager.getSessionId()
    const { context } = await tell('session_start', ctx, { source: reason })
    greeting = context ?? ''
  })
  pi.on('before_agent_start', async ({ prompt }, ctx) => {
    const { context } = await tell('before_agent_start', ctx, { prompt: prompt ?? '' })
    const content = [greeting, context].filter(Boolean).join('\n\n')
    greeting = ''
    if (content) return { message: { customType: 'rally', content, display: false } }
  })
  pi.on('tool_call', async ({ toolName, input: given, parentToolCallId }, ctx) => {
    if (!EDITS.has(toolName)) return
    const payload = { tool: toolName, input: input(given, ctx.cwd) }
    if (parentToolCallId) scripted.push(payload.input.path)
    const { deny } = await tell('tool_call', ctx, payload)
    if (deny) return { block: true, reason: deny }
  })
  pi.on('tool_result', async ({ toolName, input: given, content, parentToolCallId }, ctx) => {
    if (parentToolCallId || !(EDITS.has(toolName) || scripted.length > 0)) return
    const paths = scripted.filter(Boolean)
    scripted = []
    const payload = EDITS.has(toolName)
      ? { tool: toolName, input: input(given, ctx.cwd) }
      : { tool: 'edit', paths: [...new Set(paths)] }
    const { context } = await tell('tool_result', ctx, payload)
    if (context) return { content: [...content, { type: 'text', text: context }] }
  })
  pi.on('agent_end', async ({ messages }, ctx) => {
    const said = messages?.findLast(({ role }) => role === 'assistant')?.content
    const texts = Array.isArray(said) ? said.flatMap(({ type, text }) => (type === 'text' ? [text] : [])) : []
    await tell('agent_end', ctx, { answer: texts.join('\n').slice(0, 4000) })
  })
  pi.on('session_shutdown', async ({ reason }, ctx) => {
    await tell('session_shutdown', ctx, { reason: reason ?? 'quit' })
  })
}
