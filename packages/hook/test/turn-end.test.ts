import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { act, begin, type MomentOptions, Scratch } from './scratch.js'

let scratch: Scratch
beforeAll(() => {
  scratch = new Scratch()
})
afterAll(() => scratch.remove())
beforeEach(() => {
  scratch.reset()
  act(scratch, 'session-start', 'one')
})

function configure(turnEnd: string | undefined, repository?: string) {
  const folder = join(scratch.dir, 'home/.config/rally')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ hooks: { turn_end: turnEnd } }))
  writeFileSync(join(scratch.repo, '.rally.json'), JSON.stringify({ hooks: { turn_end: repository } }))
}

/** What a turn that ends goes on with, if it does. */
function end(options: MomentOptions = {}): string | undefined {
  const { steps, replies } = begin(scratch, 'turn-end', 'one', { capabilities: { goesOn: true }, ...options })
  for (let step = steps.next(); step.done !== true; step = steps.next()) {}
  expect(replies[0]?.context).toBeUndefined()
  return replies[0]?.goOn
}

const ask = (text: string, kind = 'ask') =>
  scratch.send('toolx', { id: `other-${text}`, kind, from: 'other', payload: { message: text } })

describe('a turn that ends', () => {
  it('has ended, whatever waits, unless the user wants it otherwise', () => {
    ask('q1')
    expect(end()).toBeUndefined()
    configure('silent')
    expect(end()).toBeUndefined()
    configure(undefined, 'messages')
    expect(end()).toBeUndefined()
    configure('messages', 'silent')
    expect(end()).toBeUndefined()
  })

  it('goes on with an ask that was not told yet, once, and with nothing else', () => {
    configure('messages')
    ask('good morning', 'message')
    expect(end()).toBeUndefined()
    ask('q1')
    const text = end()
    expect(text).toContain('| q1')
    expect(text).toContain('wants an answer')
    expect(text).not.toContain('good morning')
    expect(end()).toBeUndefined()
    // The rest waits for its moment, and the ask is not told twice.
    const next = act(scratch, 'prompt', 'one').text
    expect(next).toContain('good morning')
    expect(next).not.toContain('q1')
    ask('q2')
    expect(act(scratch, 'prompt', 'one').text).toContain('q2')
    expect(end()).toBeUndefined()
  })

  it('does not go on where it does so already, where the host cannot, nor for a subagent', () => {
    configure('messages')
    ask('q1')
    expect(end({ quiet: true })).toBeUndefined()
    expect(end({ capabilities: {} })).toBeUndefined()
    expect(end({ agentId: 'kid' })).toBeUndefined()
    expect(end()).toContain('q1')
  })
})
