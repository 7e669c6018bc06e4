import { createRequire } from 'node:module'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { hostContract, packageContract, readFixtures } from '@rally/conformance'

const folder = fileURLToPath(new URL('..', import.meta.url))
const factory = createRequire(import.meta.url)('../dist/adapter.cjs')
const runner = { describe, it: (name, body) => it(name, () => body()) }

// The moment that each payload in fixtures/ has to become.
const fixtures = readFixtures(folder, {
  'session.open': { name: 'session-start', sessionId: 'q-7c1e', cwd: '/home/dev/project' },
  'prompt.sent': { name: 'prompt', prompt: 'xxx xxxx' },
  'tool.before': { name: 'before-edit', paths: ['/home/dev/project/src/app.txt'] },
  'tool.after': { name: 'after-edit' },
  'turn.done': { name: 'turn-end' },
  'session.closed': { name: 'session-end' },
})

hostContract(runner, factory, {
  fixtures,
  environments: {
    inside: [{ env: { QUILL_SESSION: 'q-7c1e' }, sessionId: 'q-7c1e' }],
    outside: [{}, { CLAUDECODE: '1' }],
  },
  // What programs/rally.js takes for an answer: what is wrong with this one?
  refuses(event, stdout) {
    if (stdout === '') return undefined
    const { context, deny } = JSON.parse(stdout)
    if (deny !== undefined) return event === 'tool.before' && deny ? undefined : 'nothing to refuse here'
    return typeof context === 'string' && event !== 'tool.before' ? undefined : 'text is lost here'
  },
})

packageContract(runner, folder)
