import { beforeEach, describe, expect, it } from 'vitest'
import type { TellingRecord } from '../../model/telling.js'
import { createSessionRoom, type SessionRoom } from '../../testing/session-room.js'
import { TEST_NOW } from '../../testing/test-room.js'
import { address } from '../inbox/address.js'
import { say } from '../inbox/say.js'
import { announcePresence } from '../presence/announce-presence.js'
import { escalate } from '../standby/escalate.js'
import { explainRoom } from './explain-room.js'

let room: SessionRoom
let tellings: TellingRecord[]
const as = (id: string, tool = 'claude_code') => ({
  ...room.as(id, { tool }),
  activity: {
    inFlight: async () => [],
    prompts: async () => new Map(),
    warnings: async () => [],
    tellings: async ({ sessions }: { sessions?: readonly string[] } = {}) =>
      tellings.filter(({ session }) => sessions?.includes(session) ?? true),
  },
})
const told = (session: string, ...reasons: string[]): TellingRecord => {
  const none = { messages: [], records: [], files: [], peers: [] }
  const at = TEST_NOW + tellings.length
  const telling = {
    at,
    session,
    name: null,
    tool: 'claude_code',
    context: 0,
    moment: 'tool',
    reasons,
    ...none,
    text: '',
  }
  tellings.push(telling)
  return telling
}
beforeEach(async () => {
  room = await createSessionRoom()
  tellings = []
  for (const id of ['a1', 'a2']) await announcePresence(as(id))
})

describe('why', () => {
  it('an agent is shown its own last warning, not what was merely news, nor what others were told', async () => {
    told('a1', 'collision')
    const last = told('a1', 'claim')
    told('a1', 'message')
    told('a2', 'drift')
    const why = await explainRoom(as('a1'), undefined)
    expect(why?.tellings).toEqual([last])
    expect(why?.explanations.map(({ code }) => code)).toContain('claim')
    expect(why?.explanations.map(({ code }) => code)).not.toContain('drift')
  })

  it('a person is shown the last three warnings of everybody', async () => {
    told('a1', 'collision')
    const last = [told('a1', 'claim'), told('a2', 'drift'), told('a2', 'git')]
    told('a2', 'greeting')
    expect((await explainRoom(as('human.ann', 'human'), undefined))?.tellings).toEqual(last)
  })

  it('an agent that nobody warned is told nothing, however much others were', async () => {
    told('a2', 'collision')
    expect((await explainRoom(as('a1'), undefined))?.tellings).toEqual([])
    expect((await explainRoom({ ...as('a1'), activity: undefined }, undefined))?.tellings).toEqual([])
  })

  it('of a session says its warnings; of one that was never warned, what else it was told', async () => {
    told('a1', 'message')
    const warning = told('a1', 'question')
    const news = told('a2', 'message')
    expect((await explainRoom(as('human.ann', 'human'), 'a1'))?.tellings).toEqual([warning])
    expect((await explainRoom(as('human.ann', 'human'), 'a2'))?.tellings).toEqual([news])
  })

  it('of a reason says what it means, who was told of it, and whether it holds now', async () => {
    const asked = told('a2', 'open_question', 'question')
    told('a2', 'message')
    expect(await explainRoom(as('a1'), 'collision')).toMatchObject({
      verdict: { because: [] },
      tellings: [],
      explanations: [{ code: 'collision' }],
    })
    await escalate(as('a2'), { reason: 'which one?' })
    const why = await explainRoom(as('a1'), 'question')
    expect(why?.explanations.map(({ code }) => code)).toEqual(['question'])
    expect(why?.tellings).toEqual([asked])
  })

  it('of a message says who was told of it, by its number and by its id; of nothing known, nothing', async () => {
    const { messageId } = await say(as('a1'), { to: await address(as('a1'), 'a2'), text: 'x' })
    expect((await explainRoom(as('a1'), messageId))?.tellings).toEqual([])
    const telling = { ...told('a2', 'message'), messages: [messageId] }
    tellings = [told('a1', 'message'), telling]
    expect((await explainRoom(as('a1'), messageId))?.tellings).toEqual([telling])
    expect((await explainRoom(as('a1'), '1'))?.tellings).toEqual([telling])
    expect(await explainRoom(as('a1'), 'nothing-like-it')).toBeUndefined()
  })
})
