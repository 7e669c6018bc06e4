// Prints who is asking, as a command typed in a host's shell finds it. Two invented hosts: one names its session in the
// environment, the other only itself.
import { createIdentity } from '../../dist/identity/create-identity.js'

const { clues = {}, live = {}, room = {} } = JSON.parse(process.argv[2] ?? '{}')
const hosts = [
  {
    id: 'alpha_host',
    identify: (env) =>
      env.ALPHA_SESSION
        ? { sessionId: env.ALPHA_SESSION, model: 'a-1', ...(env.ALPHA_PID && { hostPid: Number(env.ALPHA_PID) }) }
        : undefined,
  },
  {
    id: 'beta',
    identify: (env) =>
      env.BETA_SESSION ? { sessionId: env.BETA_SESSION } : env.BETA_CLI === '1' ? { hostOnly: true } : undefined,
  },
  {
    id: 'broken',
    identify: () => {
      throw new Error('broken')
    },
  },
]
const identity = createIdentity({
  env: process.env,
  cwd: process.cwd(),
  machine: 'm1',
  pid: process.pid,
  hosts: async () => hosts,
  user: () => 'ann',
  liveSessions: async (tool) => {
    if (live === 'broken') throw new Error('no room')
    return live[tool] ?? []
  },
  now: () => Date.now() / 1000,
})
try {
  process.stdout.write(JSON.stringify((await identity.find(clues, async (word) => room[word])) ?? null))
} catch (error) {
  process.stdout.write(JSON.stringify({ code: error.code, exit: error.exit, message: error.message }))
}
