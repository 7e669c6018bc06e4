import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { begin, type RunningMoment, Scratch } from './scratch.js'

/** A small deterministic generator (mulberry32), so that a schedule that fails can be run again. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

interface Edit {
  readonly agent: string
  readonly file: string
  readonly running: RunningMoment
  /** Agents whose claim of the file stood when this edit looked. */
  sawClaimsOf: readonly string[]
}

interface Told {
  readonly agent: string
  readonly file: string
  readonly peer: string
}

let scratch: Scratch
beforeAll(() => {
  scratch = new Scratch()
})
afterAll(() => scratch.remove())
beforeEach(() => scratch.reset())

/**
 * Agents edit files of a small set, their hooks interleaved step by step in an order that the seed decides. Answers who was
 * told of whom, and who should have been: everybody whose claim stood when somebody looked.
 */
function simulate(seed: number, agentCount: number, { edits = 3, files = 2 } = {}) {
  const random = seeded(seed)
  const pick = (limit: number): number => Math.floor(random() * limit)
  const agents = Array.from({ length: agentCount }, (_, index) => `agent-${index}`)
  const left = new Map(agents.map((agent) => [agent, edits]))
  const running = new Map<string, Edit>()
  const claimed: { agent: string; file: string }[] = []
  const told: Told[] = []
  const due: Told[] = []
  const lone: string[] = []
  for (;;) {
    const active = agents.filter((agent) => running.has(agent) || (left.get(agent) ?? 0) > 0)
    const agent = active[pick(active.length)]
    if (agent === undefined) break
    scratch.now += 0.001
    let edit = running.get(agent)
    if (edit === undefined) {
      left.set(agent, (left.get(agent) ?? 0) - 1)
      const file = `src/${pick(files)}.ts`
      edit = { agent, file, running: begin(scratch, 'before-edit', agent, { paths: [file] }), sawClaimsOf: [] }
      running.set(agent, edit)
    }
    const step = edit.running.steps.next()
    if (step.value === 'claimed') {
      // The next step looks, so whoever has claimed by now must be seen. Claims made after this line may be seen too.
      claimed.push({ agent, file: edit.file })
      edit.sawClaimsOf = claimed
        .filter((claim) => claim.file === edit?.file && claim.agent !== agent)
        .map((c) => c.agent)
    }
    if (step.done !== true) continue
    running.delete(agent)
    const { file, sawClaimsOf } = edit
    const text = edit.running.replies.map((reply) => reply.context ?? '').join('\n')
    const warnings = text.split('\n').filter((line) => line.includes(`is editing ${file}`))
    for (const peer of agents) {
      // A session whose record is still on its way has no name yet.
      const forms = [`(session ${peer}) is`, `rally: ${scratch.nameOf(peer)} is`]
      if (warnings.some((line) => forms.some((form) => line.includes(form)))) told.push({ agent, file, peer })
    }
    for (const peer of new Set(sawClaimsOf)) due.push({ agent, file, peer })
    if (agentCount === 1 && text !== '') lone.push(text)
  }
  return { told, due, lone, claimed }
}

const key = ({ agent, file, peer }: Told): string => `${agent} ${file} ${peer}`

describe('hooks that run at the same time', () => {
  for (const agentCount of [2, 3, 4, 5, 6, 7, 8]) {
    it(`lets none of ${agentCount} agents miss another, and says nothing twice`, () => {
      for (let seed = 1; seed <= 12; seed++) {
        scratch.reset()
        const { told, due, claimed } = simulate(seed * 1000 + agentCount, agentCount)
        const heard = new Set(told.map(key))
        expect(
          due.filter((item) => !heard.has(key(item))),
          `seed ${seed}: collisions missed`,
        ).toEqual([])
        expect(told.length, `seed ${seed}: told twice`).toBe(heard.size)
        // Of two that hold one file at least one has heard of the other, whatever the order.
        const holders = (file: string): string[] => [
          ...new Set(claimed.filter((c) => c.file === file).map((c) => c.agent)),
        ]
        for (const file of new Set(claimed.map((claim) => claim.file))) {
          for (const a of holders(file)) {
            for (const b of holders(file)) {
              const known = heard.has(`${a} ${file} ${b}`) || heard.has(`${b} ${file} ${a}`)
              expect(a === b || known, `seed ${seed}: ${a} and ${b} on ${file}`).toBe(true)
            }
          }
        }
      }
    })
  }

  it('says nothing to a lone agent, whatever it edits', () => {
    for (let seed = 1; seed <= 10; seed++) {
      scratch.reset()
      expect(simulate(seed, 1, { edits: 8, files: 3 }).lone).toEqual([])
    }
  })

  it('goes through every order of two simultaneous edits', () => {
    // Claim, look, prepare, write: every merge of the two sequences of steps.
    for (const order of merges(4, 4)) {
      scratch.reset()
      const both = ['a', 'b'].map((id) => begin(scratch, 'before-edit', id, { paths: ['src/x.ts'] }))
      for (const which of order) both[which]?.steps.next()
      const texts = both.map(({ replies }) => replies.map((reply) => reply.context ?? '').join(''))
      const warned = texts.filter((text) => text.includes('is editing src/x.ts'))
      expect(warned.length, `order ${order.join('')}`).toBeGreaterThan(0)
      for (const { steps } of both) while (steps.next().done !== true);
    }
  })
})

function merges(a: number, b: number): number[][] {
  if (a === 0) return [Array<number>(b).fill(1)]
  if (b === 0) return [Array<number>(a).fill(0)]
  return [...merges(a - 1, b).map((rest) => [0, ...rest]), ...merges(a, b - 1).map((rest) => [1, ...rest])]
}
