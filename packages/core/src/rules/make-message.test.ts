import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { eventIdOfMessage, makeMessage, stampId, uniqueMessageId } from './make-message.js'

interface Vector {
  kwargs: { sender: string; recipient: string; kind?: string; message_id?: string; ts: number }
  returns: object
}
const vectors: Vector[] = JSON.parse(
  readFileSync(new URL('../../../../test/golden/vectors/make_message.json', import.meta.url), 'utf8'),
).vectors

describe('makeMessage', () => {
  it.each(vectors)('agrees with the reference: $kwargs', ({ kwargs, returns }) => {
    const { sender, recipient, kind, ts } = kwargs
    const id = kwargs.message_id ?? stampId(sender, ts)
    expect(makeMessage({ sender, recipient, ts, id, ...(kind ? { kind } : {}) })).toEqual(returns)
  })

  it('appends the run identity and the session', () => {
    const run = { build_loop_id: 'bl-1', build_loop_started_at: null, build_loop_run_label: null }
    const message = makeMessage({ sender: 'a', recipient: 'b', ts: 1, id: 'i', fromSessionId: 's', run })
    expect(Object.keys(message).slice(-4)).toEqual(['from_session_id', ...Object.keys(run)])
  })
})

describe('message ids', () => {
  it('carry the id of their record', () => {
    const id = uniqueMessageId('my tool', 1795000000.1239, '0123456789ab')
    expect(id).toBe('my_tool-1795000000123-0123456789ab')
    expect(eventIdOfMessage(id)).toBe('blf_01a1ee565e7b0123456789ab')
    expect(eventIdOfMessage(id)).toHaveLength('blf_'.length + 24)
  })

  it.each(['codex-1795000000123', 'fixed', '', 'x-12-XYZ'])('of others carry none: %s', (id) => {
    expect(eventIdOfMessage(id)).toBeUndefined()
  })
})
