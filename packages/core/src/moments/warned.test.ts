import { describe, expect, it } from 'vitest'
import type { Collision } from './collisions.js'
import { isNewCollision, type Warned, warnedOf } from './warned.js'

const collision = (more: Partial<Collision> = {}) =>
  ({
    path: 'a.ts',
    kind: 'collision',
    since: 10,
    last: 20,
    deniable: false,
    peer: { sessionId: 'p' },
    ...more,
  }) as Collision
const warned = (more: Partial<Warned> = {}): Warned => ({
  path: 'a.ts',
  peer: 'p',
  kind: 'collision',
  since: 10,
  ...more,
})

describe('a collision', () => {
  it('is news until it was told, by file and peer', () => {
    expect(isNewCollision(collision(), [])).toBe(true)
    expect(isNewCollision(collision(), [warned()])).toBe(false)
    expect(isNewCollision(collision(), [warned({ path: 'b.ts' }), warned({ peer: 'q' })])).toBe(true)
  })

  it('is news again when its kind or its beginning is another, but not for what has no beginning', () => {
    expect(isNewCollision(collision({ kind: 'merge-risk' }), [warned()])).toBe(true)
    expect(isNewCollision(collision({ since: 30 }), [warned()])).toBe(true)
    expect(isNewCollision(collision({ since: 5 }), [warned()])).toBe(true)
    expect(isNewCollision(collision({ since: 0 }), [warned()])).toBe(false)
    expect(isNewCollision(collision(), [warned(), warned({ since: 30 })])).toBe(true)
  })

  it('is no news because something else was told of that file and peer since', () => {
    for (const kind of ['drift', 'git', 'lost', 'branch'] as const)
      expect(isNewCollision(collision(), [warned(), warned({ kind, since: 30 })])).toBe(false)
  })

  it('is news again once its peer claimed the file, and then not any more', () => {
    const claim = { claim: { since: 15 } } as NonNullable<Collision['claim']>
    expect(isNewCollision(collision({ claim }), [warned()])).toBe(true)
    expect(isNewCollision(collision({ claim }), [warned(), warned({ kind: 'claim', since: 12 })])).toBe(true)
    expect(isNewCollision(collision({ claim }), [warned(), warned({ kind: 'claim', since: 15 })])).toBe(false)
  })

  it('is another matter than a claim of the same file', () => {
    expect(isNewCollision(collision(), [warned({ kind: 'claim' })])).toBe(true)
    expect(isNewCollision(collision({ kind: 'claim' }), [warned()])).toBe(true)
    expect(isNewCollision(collision({ kind: 'claim' }), [warned({ kind: 'claim' }), warned()])).toBe(false)
    expect(isNewCollision(collision({ kind: 'claim', since: 11 }), [warned({ kind: 'claim' })])).toBe(true)
  })
})

it('what is noted names the claim of an editor as well, once', () => {
  const claim = { claim: { since: 7 } } as NonNullable<Collision['claim']>
  expect(warnedOf([collision()])).toEqual([warned()])
  expect(warnedOf([collision({ claim })])).toEqual([warned(), warned({ kind: 'claim', since: 7 })])
  expect(warnedOf([collision({ kind: 'claim', claim })])).toEqual([warned({ kind: 'claim' })])
})
