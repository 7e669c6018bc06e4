import fs from 'node:fs'
import { type HostFixture, hostContract } from '@rally/conformance'
import { createHostApi } from '@rally/core/moments'
import { describe, expect, it } from 'vitest'
import { refuses } from '../test/refuses.js'
import factory from './adapter.js'

const read = (name: string) => JSON.parse(fs.readFileSync(new URL(`../${name}.json`, import.meta.url), 'utf8'))
const recorded = (name: string) => read(`fixtures/${name}`)

const SESSION = 'run-2026-11-22-0001'
const FILE = '/home/dev/project/src/app.txt'

const fixture = (name: string, moment: HostFixture['moment'], extra: Partial<HostFixture> = {}): HostFixture => ({
  name,
  event: name,
  payload: recorded(name),
  moment,
  ...extra,
})

const FIXTURES: readonly HostFixture[] = [
  fixture('session-start', {
    name: 'session-start',
    sessionId: SESSION,
    source: 'startup',
    label: 'nightly build loop',
    hostPid: 4242,
    parent: undefined,
  }),
  fixture('turn-start', { name: 'prompt', sessionId: SESSION, cwd: '/home/dev/project' }),
  fixture('before-edit', { name: 'before-edit', paths: [FILE] }),
  fixture('after-edit', { name: 'after-edit', paths: [FILE] }),
  fixture('turn-end', { name: 'turn-end' }),
  fixture('session-end', { name: 'session-end', source: 'completed' }),
  fixture(
    'session-start',
    { name: 'session-start', parent: 'run-0' },
    {
      name: 'a child loop',
      payload: { ...recorded('session-start'), parent_session_id: 'run-0' },
    },
  ),
  fixture(
    'turn-start',
    { name: 'prompt', sessionId: 's-1', cwd: '/p', parent: 's-0' },
    {
      name: 'everything from the environment',
      payload: {},
      env: { RALLY_SESSION_ID: 's-1', RALLY_PARENT_SESSION_ID: 's-0', PWD: '/p' },
    },
  ),
  fixture(
    'before-edit',
    { name: 'before-edit', paths: ['a', 'b'] },
    {
      name: 'the usable ones of several paths',
      payload: { ...recorded('before-edit'), paths: ['a', 1, '', null, 'b'] },
    },
  ),
  fixture('before-edit', null, { name: 'an edit of nothing', payload: { ...recorded('before-edit'), paths: [] } }),
  fixture('turn-end', null, { name: 'of another host', payload: { ...recorded('turn-end'), host: 'other' } }),
  fixture('turn-end', null, { name: 'of a later contract', payload: { ...recorded('turn-end'), v: 2 } }),
  {
    name: 'shaped like a coding host',
    event: 'session-start',
    payload: read('test/fixtures/claude-code.SessionStart'),
    moment: null,
  },
]

hostContract({ describe, it }, factory, {
  fixtures: FIXTURES,
  refuses,
  environments: {
    inside: [
      { env: { RALLY_TOOL: 'buildloop', RALLY_SESSION_ID: SESSION }, sessionId: SESSION },
      { env: { RALLY_TOOL: 'buildloop' } },
    ],
    outside: [{ RALLY_SESSION_ID: SESSION }, { RALLY_TOOL: 'other', RALLY_SESSION_ID: SESSION }],
  },
})

describe('build loop', () => {
  const adapter = factory(createHostApi())

  it('names the parent', () => {
    const env = { RALLY_TOOL: 'buildloop', RALLY_SESSION_ID: 's', RALLY_PARENT_SESSION_ID: 'p' }
    expect(adapter.identify(env)).toEqual({ sessionId: 's', parent: 'p' })
  })

  it('answers with context and decision', () => {
    const moment = { name: 'before-edit', event: 'before-edit' } as const
    expect(JSON.parse(adapter.render(moment, { context: 'careful', deny: { reason: 'held' } }).stdout)).toEqual({
      context: 'careful',
      decision: 'deny',
      reason: 'held',
    })
  })

  it('has no file to put hooks into', () => {
    expect(adapter.configFiles).toEqual([])
  })
})
