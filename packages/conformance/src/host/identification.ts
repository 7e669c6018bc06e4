import assert from 'node:assert/strict'
import { isSafeId } from '@rally/core/ids'
import type { TestRunner } from '../test-runner.js'
import type { HostUnderTest } from './fixtures.js'

/** Variables that several hosts set or that children of another host inherit: none of them says who is asking. */
const AMBIGUOUS = [
  {},
  { CLAUDE_PROJECT_DIR: '/home/dev/project' },
  { CLAUDECODE: '1' },
  { CLAUDECODE: '1', CLAUDE_PROJECT_DIR: '/home/dev/project' },
  { RALLY_SESSION_ID: 's-1' },
  { PWD: '/home/dev/project', HOME: '/home/dev', PATH: '/usr/bin', TERM: 'xterm' },
]

/** From inside the host's shell tool. */
export function identificationTests({ describe, it }: TestRunner, host: HostUnderTest): void {
  const { adapter, environments } = host

  describe('identify', () => {
    for (const [index, { env, sessionId }] of environments.inside.entries()) {
      it(`knows its own environment (${index + 1})`, () => {
        const clue = adapter.identify(env)
        assert.ok(clue, 'not recognised')
        assert.equal(clue.sessionId, sessionId)
        if (clue.sessionId === undefined) assert.equal(clue.hostOnly, true)
        else assert.ok(isSafeId(clue.sessionId))
      })
    }

    it('is silent in an environment that is not its own', () => {
      for (const env of [...AMBIGUOUS, ...environments.outside]) {
        assert.equal(adapter.identify(env), undefined, JSON.stringify(env))
      }
    })

    it('takes an empty variable for an absent one', () => {
      for (const { env } of environments.inside) {
        const emptied = Object.fromEntries(Object.keys(env).map((key) => [key, '']))
        assert.equal(adapter.identify(emptied), undefined)
      }
    })
  })
}
