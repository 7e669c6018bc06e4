import { mkdirSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { claimFiles, releaseFiles } from '@rally/core'
import { openRoom } from '@rally/local/open-room'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { act as actOn, type MomentOptions, Scratch } from './scratch.js'

let scratch: Scratch
beforeAll(() => {
  scratch = new Scratch()
})
afterAll(() => scratch.remove())
beforeEach(() => {
  scratch.reset()
  scratch.now = Date.now() / 1000
})

const act = (where: Scratch, moment: Parameters<typeof actOn>[1], who: string, more: MomentOptions = {}) =>
  actOn(where, moment, who, { machine: hostname(), ...more })

async function inRoom<T>(who: string, what: (room: Awaited<ReturnType<typeof openRoom>>) => Promise<T>): Promise<T> {
  const tool = who === 'human.ann' ? 'human' : 'toolx'
  const room = await openRoom(scratch.repo, { sessionId: who, tool }, { env: { ...scratch.env } })
  try {
    return await what({ ...room, clock: { now: () => scratch.now } })
  } finally {
    await room.close()
  }
}
const claim = (who: string, patterns: string[], more: Partial<Parameters<typeof claimFiles>[1]> = {}) =>
  inRoom(who, (room) => claimFiles(room, { patterns, ...more }))
const release = (who: string) => inRoom(who, (room) => releaseFiles(room))
const start = (who: string) => act(scratch, 'session-start', who)
const edit = (who: string, path = 'src/a.ts', more: MomentOptions = {}) =>
  act(scratch, 'before-edit', who, { paths: [path], ...more })
const name = (who: string) => scratch.nameOf(who)

function configure(collision: string): void {
  mkdirSync(join(scratch.dir, 'home/.config/rally'), { recursive: true })
  writeFileSync(join(scratch.dir, 'home/.config/rally/config.json'), JSON.stringify({ hooks: { collision } }))
}

describe('a claim of somebody else', () => {
  it('warns before an edit: who, what, since when, why; once', async () => {
    for (const who of ['one', 'two']) start(who)
    await claim('one', ['src/**'], { why: 'new "prices"' })
    scratch.now += 60
    expect(edit('two', 'src/a.ts').text).toBe(
      `rally: ${name('one')} claimed src/** (c1, 1m00s ago, "new 'prices'"), which covers src/a.ts. ` +
        `Agree with that session before you change it: rally tell ${name('one')} "…"`,
    )
    expect(edit('two', 'src/a.ts').text).toBe('')
    expect(edit('two', 'src/b.ts').text).toContain('which covers src/b.ts')
    expect(edit('two', 'lib/b.ts').text).toBe('')
    await release('one')
    expect(edit('two', 'src/c.ts').text).toBe('')
    await claim('one', ['src/a.ts'])
    expect(edit('two', 'src/a.ts').text).toContain(`${name('one')} claimed src/a.ts (c2, 0s ago).`)
  })

  it('and its edit of the file are one warning', async () => {
    for (const who of ['one', 'two']) start(who)
    await claim('one', ['src/'], { why: 'prices' })
    edit('one', 'src/a.ts')
    const { text } = edit('two', 'src/a.ts')
    expect(text.split('\n')).toHaveLength(1)
    expect(text).toMatch(
      /is editing src\/a.ts in this same working tree .* It claimed src\/ \(c1, 0s ago, "prices"\)\./,
    )
    scratch.now += 16 * 60
    expect(edit('two', 'src/a.ts').text).toBe('')
  })

  it('is told where only the edit of its holder was known, once', async () => {
    for (const who of ['one', 'two']) start(who)
    edit('one')
    expect(edit('two').text).not.toContain('claimed')
    await claim('one', ['src/a.ts'], { why: 'prices' })
    expect(edit('two').text).toContain('It claimed src/a.ts (c1, 0s ago, "prices")')
    expect(edit('two').text).toBe('')
  })

  it('does not warn its holder, its family, who shares it, or anybody once it ended', async () => {
    for (const who of ['one', 'two']) start(who)
    await claim('one', ['src/a.ts'])
    await claim('one', ['src/s.ts'], { shared: true })
    await claim('two', ['src/s.ts'], { shared: true })
    expect(edit('one').text).toBe('')
    act(scratch, 'child-start', 'one', { agentId: 'x' })
    expect(edit('one', 'src/a.ts', { agentId: 'x' }).text).toBe('')
    expect(edit('two', 'src/s.ts').text).toBe('')
    act(scratch, 'session-end', 'one')
    expect(edit('two', 'src/a.ts').text).toBe('')
  })

  it('of a person warns until its time is over', async () => {
    start('two')
    await claim('human.ann', ['src/a.ts'], { secs: 300 })
    scratch.now += 200
    expect(edit('two').text).toContain('rally: ann claimed src/a.ts (c1, 3m20s ago).')
    scratch.now += 101
    expect(edit('two', 'src/a.ts').text).toBe('')
  })

  it('of a session that is only silent warns, and refuses nothing', async () => {
    configure('deny')
    for (const who of ['one', 'two']) start(who)
    await claim('one', ['src/a.ts'])
    scratch.now += 40 * 60
    scratch.putPresence({ ...scratch.presence('one'), host_pid: undefined, host_started: undefined })
    const { text, deny } = edit('two')
    expect([text.includes('claimed src/a.ts'), deny]).toEqual([true, undefined])
  })

  it('in a pattern that may name the file warns, and refuses nothing', async () => {
    configure('deny')
    for (const who of ['one', 'two']) start(who)
    await claim('one', ['src/{a,b}.ts'])
    const { text, deny } = edit('two')
    expect([text.includes('claimed "src/{a,b}.ts"'), deny]).toEqual([true, undefined])
  })

  it('is not said where collisions are off', async () => {
    configure('off')
    for (const who of ['one', 'two']) start(who)
    await claim('one', ['src/**'])
    expect(edit('two').text).toBe('')
  })

  it('is nobody’s business in another room', async () => {
    for (const who of ['one', 'two']) start(who)
    await claim('one', ['sub/**'])
    scratch.git('init', '-q', 'sub')
    expect(edit('two', 'sub/a.ts').text).toBe('')
  })

  it('in a damaged document says nothing, and the edit goes on', async () => {
    start('two')
    mkdirSync(join(scratch.channel, 'rally'), { recursive: true })
    for (const text of [
      '',
      '{',
      '[]',
      '{"claims":[{"id":1},null,{"id":"c1","fence":1,"session_id":"one","until":9e9}]}',
    ]) {
      writeFileSync(join(scratch.channel, 'rally/claims.json'), text)
      expect(edit('two')).toMatchObject({ text: '', code: 'quiet' })
    }
  })
})

describe('where edits of claimed files are refused', () => {
  beforeEach(() => configure('deny'))

  it('the reason says who, since when, why, and what to do', async () => {
    for (const who of ['one', 'two']) start(who)
    await claim('one', ['src/**'], { why: 'prices' })
    scratch.now += 60
    expect(edit('two').deny).toBe(
      `rally: ${name('one')} claimed src/** (c1, 1m00s ago, "prices"), which covers src/a.ts, and your user has ` +
        'configured rally to refuse such edits (hooks.collision: deny). Work on something else, or agree with that session first: ' +
        `rally tell ${name('one')} "…"`,
    )
    // A refused edit holds nothing, so that the holder hears nothing.
    expect(edit('one')).toMatchObject({ text: '', deny: undefined })
    expect(scratch.presence('two').files_in_flight).toEqual([])
  })

  it('whoever was at work on the file before the claim is warned, and the holder is refused until it is done', async () => {
    for (const who of ['one', 'two']) start(who)
    edit('two')
    scratch.now += 5
    await claim('one', ['src/a.ts'])
    expect(edit('two')).toMatchObject({ deny: undefined })
    expect(edit('one').deny).toContain(`${name('two')} took src/a.ts`)
    scratch.now += 10 * 60
    expect(edit('one')).toMatchObject({ deny: undefined })
  })

  it('a subagent is told whose subagent the other is, and to leave the file', () => {
    start('one')
    for (const agentId of ['x', 'y']) act(scratch, 'child-start', 'one', { agentId })
    edit('one', 'src/a.ts', { agentId: 'x' })
    expect(edit('one', 'src/a.ts', { agentId: 'y' }).deny).toMatch(
      /^rally: toolx-1\.1, another subagent of toolx-1, took src\/a.ts .* \(hooks.collision: deny\)\. Leave the file, or tell toolx-1 in your answer\.$/,
    )
    expect(edit('one')).toMatchObject({ text: '', deny: undefined })
  })

  it('never one’s own former self, nor a session that is gone', async () => {
    const hostPid = process.pid
    const as = { hostPid, conversations: 'one' as const }
    act(scratch, 'session-start', 'old', as)
    await claim('old', ['src/a.ts'])
    act(scratch, 'session-start', 'new', { ...as, source: 'clear' })
    expect(edit('new', 'src/a.ts', as)).toMatchObject({ text: '', deny: undefined })
    start('dead')
    await claim('dead', ['src/b.ts'])
    scratch.putPresence({
      ...{ ...scratch.presence('dead'), host_pid: 2 ** 22 - 1, host_started: scratch.presence('new').host_started },
      host_namespace: scratch.presence('new').host_namespace,
    })
    expect(edit('new', 'src/b.ts', as)).toMatchObject({ text: '', deny: undefined })
  })
})

describe('a claim that was lost', () => {
  it('is told before the next edit of such a file, once, with who has it', async () => {
    for (const who of ['one', 'two']) start(who)
    await claim('one', ['src/**'], { secs: 60 })
    scratch.putPresence({ ...scratch.presence('one'), host_pid: undefined, host_started: undefined })
    scratch.now += 100
    expect(await claim('two', ['src/a.ts'])).toMatchObject({ claimed: true })
    scratch.now += 10
    expect(edit('one', 'lib/x.ts').text).toBe('')
    const { text } = edit('one', 'src/b.ts')
    expect(text).toBe(
      `rally: your claim c1 of src/** was taken over by ${name('two')} (10s ago). Read src/b.ts again before you change it: rally claims.`,
    )
    expect(edit('one', 'src/c.ts').text).toBe('')
    expect(edit('one', 'src/a.ts').text).toContain(`${name('two')} claimed src/a.ts`)
  })

  it('is told again in a new context, and not once the files were claimed again', async () => {
    for (const who of ['one', 'two']) start(who)
    await claim('one', ['src/**'], { secs: 60 })
    scratch.putPresence({ ...scratch.presence('one'), host_pid: undefined, host_started: undefined })
    scratch.now += 100
    await claim('two', ['src/a.ts'])
    await release('two')
    expect(edit('one', 'src/b.ts').text).toContain('your claim c1')
    act(scratch, 'session-start', 'one', { source: 'compact' })
    expect(edit('one', 'src/b.ts').text).toContain('your claim c1')
    act(scratch, 'session-start', 'one', { source: 'compact' })
    await claim('one', ['src/b.ts'])
    expect(edit('one', 'src/b.ts').text).toBe('')
  })
})
