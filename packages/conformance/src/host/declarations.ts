import assert from 'node:assert/strict'
import { isSafeId } from '@rally/core/ids'
import { MOMENT_NAMES } from '@rally/core/model/moment'
import { HOST_API } from '@rally/core/ports/host'
import type { TestRunner } from '../test-runner.js'
import { type HostUnderTest, momentsOf } from './fixtures.js'

/** What the adapter says about itself is well formed, constant and complete. */
export function declarationTests({ describe, it }: TestRunner, host: HostUnderTest): void {
  const { adapter, factory, api } = host
  const { capabilities } = adapter

  describe('declarations', () => {
    it('speaks this version of the contract', () => {
      assert.equal(adapter.api, HOST_API)
    })

    it('has an id of lower-case letters, digits and underscores, and a title', () => {
      assert.match(adapter.id, /^[a-z][a-z0-9_]{0,31}$/)
      assert.ok(isSafeId(adapter.id))
      assert.ok(adapter.title.trim() !== '')
    })

    it('has a short name that is one word, and other words for the host, each once', () => {
      assert.match(adapter.shortName ?? 'x', /^[a-z][a-z0-9]{0,15}$/)
      const words = adapter.aliases ?? []
      assert.equal(new Set(words).size, words.length)
      for (const word of words) assert.match(word, /^[a-z][a-z0-9 _-]{0,31}$/)
    })

    it('has marks of one kind of payload: a field once, and variables that can be set', () => {
      const { sessionVariables = [], hostVariables = {}, payload = [], pidVariable } = adapter.marks ?? {}
      const names = [...sessionVariables, ...Object.keys(hostVariables), ...(pidVariable ? [pidVariable] : [])]
      for (const name of names) assert.match(name, /^[A-Z_][A-Z0-9_]*$/)
      assert.equal(new Set(payload.map(({ field }) => field)).size, payload.length)
      for (const { field, holds } of payload) assert.ok(field !== '' && holds !== '')
    })

    it('is frozen, and made anew with the same data', () => {
      assert.ok(Object.isFrozen(adapter))
      const again = factory(api)
      assert.notEqual(again, adapter)
      assert.deepEqual(JSON.parse(JSON.stringify(again)), JSON.parse(JSON.stringify(adapter)))
    })

    it('names known moments, each once', () => {
      for (const list of [capabilities.moments, capabilities.context]) {
        assert.equal(new Set(list).size, list.length)
        for (const name of list) assert.ok(MOMENT_NAMES.includes(name), name)
      }
    })

    it('can speak only at moments that exist, and deny only where there is a moment before an edit', () => {
      for (const name of capabilities.context) assert.ok(capabilities.moments.includes(name), name)
      if (capabilities.deny) assert.ok(capabilities.moments.includes('before-edit'))
    })

    it('has a moment at which a session can come into the room: its start, else its first prompt or edit', () => {
      const entries = ['session-start', 'prompt', 'before-edit', 'after-edit'] as const
      assert.ok(entries.some((name) => capabilities.moments.includes(name)))
    })

    it('has a usable text limit and a timeout unit', () => {
      assert.ok(Number.isSafeInteger(capabilities.textLimit) && capabilities.textLimit >= 500)
      assert.ok(['s', 'ms'].includes(capabilities.timeoutUnit))
      assert.equal(typeof capabilities.children, 'boolean')
      const { refusesByExit = 2 } = capabilities
      assert.ok(Number.isInteger(refusesByExit) && refusesByExit > 0 && refusesByExit < 126)
    })

    it('says of which version it is known, where it was seen or read', () => {
      const { known } = adapter
      for (const fact of known ? [known, known.context ?? known, known.deny ?? known] : []) {
        assert.ok(['run', 'source', 'documentation', 'others'].includes(fact.by), fact.by)
        if (fact.by === 'run' || fact.by === 'source') assert.match(fact.version ?? '', /^\d+(\.\d+)+/)
      }
    })

    it('the fixtures reach every declared moment and no other', () => {
      const reached = new Set(momentsOf(host).map((moment) => moment.name))
      assert.deepEqual([...reached].sort(), [...capabilities.moments].sort())
    })
  })
}
