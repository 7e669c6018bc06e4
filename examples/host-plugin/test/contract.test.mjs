import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, it } from 'node:test'
import { hostContract } from '@rally/conformance'

const factory = createRequire(import.meta.url)('../adapter.cjs')

/** A recorded payload and the moment that it has to become. */
const fixture = (event, moment) => ({
  name: event,
  event,
  payload: JSON.parse(readFileSync(new URL(`../fixtures/${event}.json`, import.meta.url), 'utf8')),
  moment,
})

const common = { sessionId: 'q-7c1e', cwd: '/home/dev/project', model: 'quill-2' }

hostContract({ describe, it: (name, body) => it(name, () => body()) }, factory, {
  fixtures: [
    fixture('sessionOpen', { ...common, name: 'session-start' }),
    fixture('promptSent', { ...common, name: 'prompt' }),
    fixture('fileWriting', { ...common, name: 'before-edit', paths: ['src/app.txt'] }),
    fixture('turnDone', { ...common, name: 'turn-end' }),
    fixture('sessionClosed', { ...common, name: 'session-end' }),
  ],
  environments: {
    inside: [{ env: { QUILL_SESSION: 'q-7c1e' }, sessionId: 'q-7c1e' }],
    outside: [{}, { QUILL_SESSION: '' }, { CLAUDECODE: '1' }],
  },
  // Quill's own rules for what a hook may print.
  refuses(event, stdout) {
    if (stdout === '') return undefined
    const { note, refuse, reason, ...others } = JSON.parse(stdout)
    if (Object.keys(others).length > 0) return `unknown field ${Object.keys(others)[0]}`
    if (refuse !== undefined && event !== 'fileWriting') return 'only a write can be refused'
    return (note ?? reason ?? '').length > 6_000 ? 'too long' : undefined
  },
})
