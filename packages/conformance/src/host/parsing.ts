import assert from 'node:assert/strict'
import { isSafeId } from '@rally/core/ids'
import { MOMENT_NAMES, type Moment } from '@rally/core/model/moment'
import type { JsonObject } from '@rally/core/readers'
import type { TestRunner } from '../test-runner.js'
import { damage, randomNumbers } from './damage.js'
import { envOf, type HostUnderTest } from './fixtures.js'

/** Event names that no host has, some of them members of every object. */
const STRANGE_EVENTS = ['', ' ', 'NoSuchEvent', 'constructor', '__proto__', 'toString', 'hasOwnProperty']

const STRANGE_PAYLOADS: readonly JsonObject[] = [
  {},
  { session_id: 's' },
  { session_id: 's', cwd: '/tmp' },
  JSON.parse('{"__proto__":{"session_id":"s","cwd":"/tmp"}}'),
]

/** Damaged copies of each fixture. */
const ROUNDS = 300

/** Host events to moments: the stated moment for real payloads, no exception for any JSON object. */
export function parsingTests({ describe, it }: TestRunner, host: HostUnderTest): void {
  const { adapter, fixtures } = host

  describe('parse', () => {
    for (const fixture of fixtures) {
      it(`${fixture.name} (${fixture.event}) is ${fixture.moment?.name ?? 'not for rally'}`, () => {
        const moment = adapter.parse(fixture.event, fixture.payload, envOf(fixture))
        if (fixture.moment === null) {
          assert.equal(moment, undefined)
          return
        }
        assert.ok(moment, 'not recognised')
        checkMoment(moment, fixture.event)
        assert.ok(isSafeId(moment.sessionId), moment.sessionId)
        if (moment.agentId !== undefined) assert.ok(isSafeId(moment.agentId), moment.agentId)
        for (const [key, value] of Object.entries(fixture.moment)) {
          assert.deepEqual(moment[key as keyof Moment], value, key)
        }
      })
    }

    it('changes neither payload nor environment, and answers the same twice', () => {
      for (const fixture of fixtures) {
        const payload = deepFreeze(structuredClone(fixture.payload))
        const env = Object.freeze({ ...envOf(fixture) })
        const first = adapter.parse(fixture.event, payload, env)
        assert.deepEqual(adapter.parse(fixture.event, payload, env), first)
        if (first) assert.deepEqual(JSON.parse(JSON.stringify(first)), first)
      }
    })

    it('is silent for an event of another name than the payload says', () => {
      const events = new Set(fixtures.map((fixture) => fixture.event))
      for (const fixture of fixtures) {
        if (!Object.values(fixture.payload).includes(fixture.event)) continue
        for (const event of events) {
          if (event === fixture.event) continue
          assert.equal(adapter.parse(event, fixture.payload, envOf(fixture)), undefined, `${fixture.name} as ${event}`)
        }
      }
    })

    it('is silent for unknown events and empty payloads', () => {
      for (const event of [...STRANGE_EVENTS, ...fixtures.map((fixture) => fixture.event)]) {
        for (const payload of STRANGE_PAYLOADS.slice(0, 1)) assert.equal(adapter.parse(event, payload, {}), undefined)
      }
      for (const event of STRANGE_EVENTS) {
        for (const fixture of fixtures) assert.equal(adapter.parse(event, fixture.payload, {}), undefined)
        for (const payload of STRANGE_PAYLOADS) adapter.parse(event, payload, {})
      }
    })

    it('never throws and never makes half a moment of a damaged payload', () => {
      const random = randomNumbers(4711)
      for (const fixture of fixtures) {
        for (let round = 0; round < ROUNDS; round++) {
          const payload = damage(fixture.payload, random)
          const moment = adapter.parse(fixture.event, payload, random() < 0.5 ? envOf(fixture) : {})
          if (moment !== undefined) checkMoment(moment, fixture.event)
        }
      }
    })

    it('never throws for another event with a damaged payload', () => {
      const random = randomNumbers(815)
      for (const fixture of fixtures) {
        for (const other of fixtures) {
          const moment = adapter.parse(other.event, damage(fixture.payload, random), {})
          if (moment !== undefined) checkMoment(moment, other.event)
        }
      }
    })
  })
}

/** Whether a value is a whole moment; what it names is the host's business and checked where it is used. */
function checkMoment(moment: Moment, event: string): void {
  assert.ok(MOMENT_NAMES.includes(moment.name), moment.name)
  assert.equal(moment.event, event)
  for (const key of ['sessionId', 'cwd'] as const)
    assert.ok(typeof moment[key] === 'string' && moment[key] !== '', `a moment whose ${key} is empty or no text`)
  for (const key of ['agentId', 'agentType', 'parent', 'model', 'source', 'label'] as const) {
    assert.ok(!(key in moment) || (typeof moment[key] === 'string' && moment[key] !== ''), `${key} is empty or no text`)
  }
  if (moment.name === 'child-start' || moment.name === 'child-end') assert.ok(moment.agentId, 'a child without an id')
  if ('hostPid' in moment) assert.ok(Number.isSafeInteger(moment.hostPid) && Number(moment.hostPid) > 1, 'hostPid')
  if ('quiet' in moment) assert.equal(moment.quiet, true)
  if (moment.name !== 'before-edit' && moment.name !== 'after-edit') {
    assert.deepEqual([moment.paths, moment.shell], [undefined, undefined])
  } else if (moment.shell !== undefined) {
    assert.ok(moment.shell.writes.length + moment.shell.git.length > 0, 'a shell command that does nothing')
  } else if (moment.quiet !== true) {
    assert.ok(moment.paths !== undefined && moment.paths.length > 0, 'an edit of no file')
    for (const path of moment.paths)
      assert.ok(typeof path === 'string' && path !== '', 'an edit of a file without a name')
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) deepFreeze(item)
    Object.freeze(value)
  }
  return value
}
