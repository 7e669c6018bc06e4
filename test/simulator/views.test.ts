import fs from 'node:fs'
import { REASON_CODES } from '@rally/core/model/reason-codes'
import { sumCost } from '@rally/core/rules/cost/sum-cost'
import { claimFiles } from '@rally/core/usecases/claim/claim-files'
import { releaseFiles } from '@rally/core/usecases/claim/release-files'
import { say } from '@rally/core/usecases/inbox/say'
import { escalate } from '@rally/core/usecases/standby/escalate'
import { readTimeline } from '@rally/core/usecases/timeline/read-timeline'
import { whoTouched } from '@rally/core/usecases/timeline/who-touched'
import { explainRoom } from '@rally/core/usecases/why/explain-room'
import { type OpenRoom, openRoom } from '@rally/local'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { act, Scratch } from '../../packages/hook/test/scratch.js'
import { type Chance, seeded, seedsOf } from './seeded.js'

// Agents edit, claim, ask, come and go as a seed says. Afterwards the views are asked: what they tell is what happened.

const TOOLS = ['toolx', 'tooly'] as const
const FILES = ['src/a.ts', 'src/b.ts', 'lib/c.ts'] as const
const ALL = { since: 0, limit: 100_000 }

let scratch: Scratch
beforeAll(() => {
  scratch = new Scratch()
})
afterAll(() => scratch.remove())

interface Agent {
  readonly id: string
  readonly tool: string
  present: boolean
}

interface Told {
  readonly session: string
  readonly text: string
}

/** What happened: texts that agents were told, a refusal and what goes with it as one, and files that were edited. */
interface Happened {
  readonly told: Told[]
  readonly edited: Map<string, Set<string>>
  /** Words of messages and of questions to all, in the order in which they were written. */
  readonly said: string[]
  readonly asked: string[]
  readonly claimed: string[]
}

async function as<Answer>(
  { id, tool }: Pick<Agent, 'id' | 'tool'>,
  work: (room: OpenRoom) => Promise<Answer>,
): Promise<Answer> {
  const room = await openRoom(scratch.repo, { sessionId: id, tool }, { env: scratch.env, hosts: async () => [] })
  try {
    return await work({ ...room, clock: { now: () => scratch.now } })
  } finally {
    await room.close()
  }
}

const sessionOf = ({ id, tool }: Agent) => ({ to: tool, toSessionId: id })

async function play(chance: Chance): Promise<{ happened: Happened; agents: Agent[] }> {
  scratch.reset()
  scratch.now = Math.floor(Date.now() / 1000) - 3600
  const mayRefuse = chance.oneIn(3)
  if (mayRefuse) fs.writeFileSync(`${scratch.repo}/.rally.json`, '{"hooks":{"collision":"deny"}}')
  else fs.rmSync(`${scratch.repo}/.rally.json`, { force: true })
  const agents = Array.from({ length: 2 + chance.below(3) }, (_, at): Agent => {
    return { id: `agent-${at}`, tool: chance.pick(TOOLS), present: false }
  })
  const happened: Happened = { told: [], edited: new Map(), said: [], asked: [], claimed: [] }
  const meet = (agent: Agent, name: Parameters<typeof act>[1], file?: string): void => {
    const { text, deny } = act(scratch, name, agent.id, {
      tool: agent.tool,
      ...(file !== undefined && { paths: [file] }),
    })
    agent.present = name !== 'session-end'
    const said = [deny ?? '', text].filter((one) => one !== '').join('\n')
    if (said !== '') happened.told.push({ session: agent.id, text: said })
    if (file === undefined || deny !== undefined) return
    happened.edited.set(file, (happened.edited.get(file) ?? new Set()).add(agent.id))
  }
  for (const agent of agents) meet(agent, 'session-start')
  for (let step = 12 + chance.below(20); step > 0; step--) {
    scratch.now += chance.pick([1, 5, 40, 200])
    const agent = chance.pick(agents)
    const what = chance.below(12)
    if (!agent.present) meet(agent, 'session-start')
    else if (what < 6) meet(agent, 'before-edit', chance.pick(FILES))
    else if (what === 6) meet(agent, 'prompt')
    else if (what === 7) meet(agent, 'session-end')
    else if (what === 8) {
      const pattern = chance.pick(FILES)
      const secs = chance.pick([60, 3600])
      const { claimed } = await as(agent, (room) => claimFiles(room, { patterns: [pattern], secs }))
      if (claimed) happened.claimed.push(`${agent.id} ${pattern}`)
    } else if (what === 9) await as(agent, (room) => releaseFiles(room))
    else if (what === 10) {
      const [to, text] = [sessionOf(chance.pick(agents)), `words ${step}`]
      await as(agent, (room) => say(room, { to, text, asks: chance.oneIn(2) }))
      happened.said.push(text)
    } else {
      await as(agent, (room) => escalate(room, { reason: `question ${step}` }))
      happened.asked.push(`question ${step}`)
    }
  }
  return { happened, agents }
}

it('why explains every text and every refusal, who and log have every edit, cost adds up', async () => {
  for (const seed of seedsOf(25)) {
    const { happened, agents } = await play(seeded(seed))
    const about = `seed ${seed}`
    await as({ id: 'human.ann', tool: 'human' }, async (room) => {
      const tellings = (await room.activity?.tellings()) ?? []
      const given = happened.told
      expect(
        tellings.map(({ session, text }) => ({ session, text })),
        about,
      ).toEqual(expect.arrayContaining(given))
      expect(tellings.length, about).toBe(given.length)

      // Each text has reasons that are explained, and the facts behind a warning.
      for (const telling of tellings) {
        const { explanations = [] } = (await explainRoom(room, telling.reasons[0])) ?? {}
        expect(
          explanations.map(({ code }) => code),
          `${about}: ${telling.text}`,
        ).toHaveLength(1)
        const warns = telling.reasons.some((reason) => ['collision', 'claim', 'denied', 'merge-risk'].includes(reason))
        if (warns) expect([telling.files.length, telling.peers.length], `${about}: ${telling.text}`).not.toContain(0)
      }
      for (const { id } of agents) {
        const own = await as({ id, tool: 'toolx' }, (session) => explainRoom(session, undefined))
        const codes = own?.verdict.because.map(({ code }) => code) ?? []
        expect(
          own?.explanations.map(({ code }) => code),
          about,
        ).toEqual(expect.arrayContaining(codes))
        expect(REASON_CODES, about).toEqual(expect.arrayContaining(codes))
      }

      const { entries } = await readTimeline(room, ALL)
      const of = (type: string) => entries.filter((entry) => entry.type === type)
      expect(of('told').length, about).toBe(tellings.length)
      const words = (type: string, kind: RegExp) =>
        of(type).flatMap((entry) => (kind.test(entry.kind) ? [entry.text] : []))
      expect(words('message', /./), about).toEqual(happened.said)
      expect(words('record', /^escalat/), about).toEqual(happened.asked)
      const claims = of('claim').flatMap(({ kind, session_id, files }) =>
        kind === 'claim' ? files.map((file) => `${session_id} ${file}`) : [],
      )
      expect(claims, about).toEqual(happened.claimed)
      for (const [file, editors] of happened.edited) {
        const touched = await whoTouched(room, { files: [file], since: 0 })
        const who = new Set([...touched.edits, ...touched.inFlight].map(({ session_id }) => session_id))
        expect(who, `${about}: ${file}`).toEqual(editors)
        const inLog = of('edit').flatMap(({ files, session_id }) => (files.includes(file) ? [session_id] : []))
        expect(new Set(inLog), `${about}: ${file}`).toEqual(editors)
      }
      const { total, sessions } = sumCost([], tellings, new Map())
      const characters = given.reduce((sum, { text }) => sum + text.length, 0)
      expect([total.tellings, total.characters], about).toEqual([given.length, characters])
      expect(
        sessions.reduce((sum, one) => sum + one.characters, 0),
        about,
      ).toBe(characters)
    })
  }
}, 300_000)
