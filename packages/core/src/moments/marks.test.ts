import { describe, expect, it } from 'vitest'
import type { HostAdapter, HostMarks } from '../ports/host.js'
import { heedMarks } from './marks.js'

const moment = { name: 'prompt', sessionId: 's' }
const adapter = (marks: HostMarks | undefined, taken = true) =>
  ({
    id: 'x',
    marks,
    identify: () => undefined,
    render: () => ({ stdout: 'r' }),
    parse: () => (taken ? moment : undefined),
  }) as unknown as HostAdapter
const parse = (own: HostMarks | undefined, others: HostMarks[], payload: object, env = {}) =>
  heedMarks(adapter(own), () => others).parse('e', payload as never, env)

describe('an adapter that heeds marks', () => {
  const theirs: HostMarks = { payload: [{ field: 'version', holds: 'cursor' }] }

  it('takes what nothing speaks for', () => {
    expect(parse(undefined, [theirs], {})).toBe(moment)
    expect(parse(undefined, [], { version: 'cursor 1' })).toBe(moment)
    expect(parse(undefined, [theirs], { version: 7 })).toBe(moment)
    expect(parse(undefined, [theirs], { version: 'other' })).toBe(moment)
  })

  it('leaves what speaks for another as much or more', () => {
    expect(parse(undefined, [theirs], { version: 'cursor 1' })).toBeUndefined()
    expect(
      parse({ payload: [{ field: 'mine' }] } as HostMarks, [theirs], { version: 'cursor', mine: 1 }),
    ).toBeUndefined()
  })

  it('keeps what its own variable names', () => {
    const own = { sessionVariables: ['MY_ID'] } as HostMarks
    expect(parse(own, [theirs], { version: 'cursor', session_id: 's' }, { MY_ID: 's' })).toBe(moment)
    expect(parse(own, [theirs], { version: 'cursor', session_id: 's' }, { MY_ID: 't' })).toBeUndefined()
  })

  it('passes over fields that it shares', () => {
    expect(parse({ shares: ['version'] } as unknown as HostMarks, [theirs], { version: 'cursor' })).toBe(moment)
  })

  it('asks nobody about a payload that it does not take', () => {
    const others = () => {
      throw new Error('asked')
    }
    expect(heedMarks(adapter(undefined, false), others).parse('e', {} as never, {})).toBeUndefined()
    expect(heedMarks(adapter(undefined), others).render(moment as never, {})).toEqual({ stdout: 'r' })
  })
})
