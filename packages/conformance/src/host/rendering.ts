import assert from 'node:assert/strict'
import type { Moment, MomentReply } from '@rally/core/model/moment'
import type { TestRunner } from '../test-runner.js'
import { type HostUnderTest, momentsOf } from './fixtures.js'

const WORD = 'rally-says-this'
const AWKWARD = `${WORD} "quotes" \\back\\ </tag> \u2028 \u{1f600} // not a comment\n\tsecond line`

/** Replies in the host's words: heard exactly where the adapter says so, valid everywhere. */
export function renderingTests({ describe, it }: TestRunner, host: HostUnderTest): void {
  const { adapter } = host
  const { capabilities } = adapter
  const empty = host.empty ?? ''
  const replies: readonly MomentReply[] = [
    {},
    { context: '' },
    { context: AWKWARD },
    { context: 'x'.repeat(100_000) },
    { context: '\u{1f600}'.repeat(60_000) },
    { context: `half a character: \ud83d, ${WORD}` },
    { goOn: AWKWARD },
    { goOn: 'z'.repeat(100_000) },
    { deny: { reason: AWKWARD } },
    { deny: { reason: '' } },
    { deny: { reason: 'y'.repeat(100_000) }, context: 'x'.repeat(100_000) },
  ]

  const isPlain = (stdout: string): boolean => capabilities.plainText === true && !stdout.startsWith('{')
  const textsIn = (stdout: string): readonly string[] => (isPlain(stdout) ? [stdout] : stringsIn(stdout))

  describe('render', () => {
    it('says nothing in the agreed way when there is nothing to say', () => {
      for (const moment of momentsOf(host)) {
        for (const reply of [{}, { context: '' }]) {
          assert.equal(adapter.render(moment, reply).stdout, empty, moment.event)
        }
      }
    })

    it('gives text exactly at the moments that are declared to carry it', () => {
      for (const moment of momentsOf(host)) {
        const { stdout } = adapter.render(moment, { context: AWKWARD })
        const heard = textsIn(stdout).some((text) => text.includes(AWKWARD))
        assert.equal(heard, carriesContext(host, moment), `${moment.name} (${moment.event})`)
        if (!heard) assert.equal(stdout, empty)
      }
    })

    it('every moment declared to carry text does so at one event at least', () => {
      for (const name of capabilities.context) {
        const events = momentsOf(host).filter((moment) => moment.name === name)
        assert.ok(
          events.some((moment) => adapter.render(moment, { context: WORD }).stdout.includes(WORD)),
          name,
        )
      }
    })

    it('denies an edit, with its reason, if and only if it says that it can', () => {
      for (const moment of momentsOf(host)) {
        const refusal = adapter.render(moment, { deny: { reason: WORD } })
        const { stdout, stderr = '', exitCode } = refusal
        const denies = capabilities.deny && moment.name === 'before-edit'
        assert.equal(`${stdout}${stderr}`.includes(WORD), denies, `${moment.name} (${moment.event})`)
        assert.equal(exitCode, denies ? capabilities.refusesByExit : undefined, moment.event)
        // Whatever the host's word for it is: it is another one than for a text.
        if (denies) assert.notDeepEqual(refusal, adapter.render(moment, { context: WORD }))
        else assert.equal(stdout, empty)
      }
    })

    it('lets a turn go on with a text, if and only if it says that it can', () => {
      const heard = momentsOf(host).filter((moment) => adapter.render(moment, { goOn: WORD }).stdout.includes(WORD))
      assert.ok(heard.every(({ name }) => name === 'turn-end'))
      assert.equal(heard.length > 0, capabilities.goesOn === true)
    })

    it('is one JSON object, the text itself where that is declared, or nothing, and the host accepts it', () => {
      for (const moment of momentsOf(host)) {
        for (const reply of replies) {
          const { stdout } = adapter.render(moment, reply)
          if (isPlain(stdout)) checkCharacters(stdout)
          else if (stdout !== '') checkObject(stdout)
          assert.equal(host.refuses(moment.event, stdout), undefined, `${moment.event}: ${stdout.slice(0, 300)}`)
        }
      }
    })

    it('keeps every text within the declared limit', () => {
      for (const moment of momentsOf(host)) {
        for (const reply of replies) {
          for (const text of textsIn(adapter.render(moment, reply).stdout)) {
            assert.ok(text.length <= capabilities.textLimit, `${moment.event}: ${text.length}`)
          }
        }
      }
    })

    it('does not throw for an event that it does not know, and says nothing there', () => {
      for (const event of ['', 'NoSuchEvent', 'constructor', '__proto__']) {
        for (const name of capabilities.moments) {
          for (const reply of replies) assert.equal(adapter.render({ name, event }, reply).stdout, empty)
        }
      }
    })

    it('answers the same twice and leaves the reply alone', () => {
      const reply: MomentReply = Object.freeze({ context: WORD, deny: Object.freeze({ reason: WORD }) })
      for (const moment of momentsOf(host)) {
        assert.deepEqual(adapter.render(moment, reply), adapter.render(moment, reply))
      }
    })
  })
}

/** Some event of a moment may be unable to carry text although another one can. */
function carriesContext(host: HostUnderTest, moment: Pick<Moment, 'name' | 'event'>): boolean {
  return host.adapter.capabilities.context.includes(moment.name) && !host.silentEvents?.includes(moment.event)
}

function checkObject(stdout: string): void {
  const value: unknown = JSON.parse(stdout)
  assert.ok(typeof value === 'object' && value !== null && !Array.isArray(value), stdout)
  // A strict JSON reader refuses half a character.
  assert.doesNotMatch(stdout, /\\ud[89a-f][0-9a-f]{2}/i)
  checkCharacters(stdout)
}

function checkCharacters(stdout: string): void {
  assert.ok(!/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(stdout))
}

function stringsIn(stdout: string): string[] {
  return stdout === '' ? [] : stringsOf(JSON.parse(stdout))
}

function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(stringsOf)
}
