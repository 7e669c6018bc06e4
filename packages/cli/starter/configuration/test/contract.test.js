import { createRequire } from 'node:module'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { hostContract, packageContract, readFixtures } from '@rally/conformance'

const folder = fileURLToPath(new URL('..', import.meta.url))
const factory = createRequire(import.meta.url)('../dist/adapter.cjs')
const runner = { describe, it: (name, body) => it(name, () => body()) }

// The moment that each payload in fixtures/ has to become.
const fixtures = readFixtures(folder, {
  sessionOpen: { name: 'session-start', sessionId: 'q-7c1e', cwd: '/home/dev/project' },
  promptSent: { name: 'prompt', prompt: 'xxx xxxx' },
  fileWriting: { name: 'before-edit', paths: ['/home/dev/project/src/app.txt'] },
  turnDone: { name: 'turn-end' },
  sessionClosed: { name: 'session-end' },
})

hostContract(runner, factory, {
  fixtures,
  environments: {
    inside: [{ env: { QUILL_SESSION: 'q-7c1e' }, sessionId: 'q-7c1e' }],
    outside: [{}, { CLAUDECODE: '1' }],
  },
  // Quill's own rules: what is wrong with this output of a hook?
  refuses(event, stdout) {
    if (stdout === '') return undefined
    const { note, refuse, reason, ...others } = JSON.parse(stdout)
    if (Object.keys(others).length > 0) return `unknown field ${Object.keys(others)[0]}`
    if (refuse !== undefined) return event === 'fileWriting' && reason ? undefined : 'only a write can be refused'
    return typeof note === 'string' ? undefined : 'no text'
  },
})

packageContract(runner, folder)
