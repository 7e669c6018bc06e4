// Placed by rally: tells this agent who else works here (rally hooks install --host quill). It calls `rally-hook` at each
// moment, waits for its answer at most so long, and does nothing where rally is not installed. Every failure is silence.
import { spawn } from 'node:child_process'

const LONGEST_MS = 5000

/** What rally answers: {context} is a text for the model, {deny} the reason why an edit is refused, {} nothing. */
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
    const child = spawn('rally-hook', ['quill', event], { cwd, env, stdio: ['pipe', 'pipe', 'ignore'] })
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
    child.stdin.end(JSON.stringify({ event, cwd, quill_pid: process.pid, ...payload }))
  })
}

/** Quill calls this once; `quill.on` is how a plugin of Quill listens. Replace both by what your host has. */
export default function rally(quill) {
  const at = ({ session, folder }) => [{ session_id: session }, folder]

  quill.on('session.open', async (event, model) => {
    const [ids, cwd] = at(event)
    // By this a command that the agent types is known as this session's. Leave it out where one process has several sessions.
    process.env.QUILL_SESSION = event.session
    const { context } = await call('session.open', ids, cwd)
    if (context) model.say(context)
  })
  quill.on('prompt.sent', async (event, model) => {
    const [ids, cwd] = at(event)
    const { context } = await call('prompt.sent', { ...ids, prompt: event.text }, cwd)
    if (context) model.say(context)
  })
  quill.on('tool.before', async (event, model) => {
    const [ids, cwd] = at(event)
    const { deny } = await call('tool.before', { ...ids, tool: event.tool, input: event.input }, cwd)
    if (deny) model.refuse(deny)
  })
  quill.on('tool.after', async (event, model) => {
    const [ids, cwd] = at(event)
    const { context } = await call('tool.after', { ...ids, tool: event.tool, input: event.input }, cwd)
    if (context) model.say(context)
  })
  quill.on('turn.done', async (event) => {
    await call('turn.done', ...at(event))
  })
  quill.on('session.closed', async (event) => {
    await call('session.closed', ...at(event))
  })
}
