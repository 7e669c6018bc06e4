import type { SessionContext } from '../../packages/core/dist/index.js'
import {
  ackInbox,
  buildRoster,
  claimLead,
  cleanUp,
  countUnread,
  leaveRoom,
  post,
  readInbox,
  readStatus,
  relinquishLead,
  renewLead,
  retractRecord,
  writeHeartbeat,
  writeInbox,
  writePresence,
} from '../../packages/core/dist/index.js'
import type { Channel } from '../../packages/core/dist/model/channel.js'
import type { Transport, Transports } from '../../packages/core/dist/ports/transport.js'
import { applyRetractions } from '../../packages/core/dist/rules/log/retraction.js'
import { createTestRoom, testSession } from '../../packages/core/dist/testing/test-room.js'
import { checkClaims, giveFiles, takeFiles } from './claims.js'
import { type Bug, Crash, type Faults, faultyTransport } from './faulty-transport.js'
import { type Chance, seeded, Violation } from './seeded.js'

/** Where a schedule runs: a fresh room each time, that several processes may open. */
export interface Place {
  readonly channel: Channel
  readonly transports: Transports
  dispose(): Promise<void>
}

interface Agent {
  readonly id: string
  readonly tool: string
  ctx: SessionContext
  transport: Transport
}

/** What the agents were told. Only answers count: what a crash cut off may have happened or not. */
interface Promises {
  readonly records: Map<string, number>
  readonly retracted: Set<string>
  /** Retractions that were under way when their process died. */
  readonly doubtful: Set<string>
  /** Per box: ids of messages that were delivered. */
  readonly messages: Map<string, Set<string>>
  /** Handled messages per session, as its last ack said. */
  readonly handled: Map<string, { direct: number; broadcast: number } | null>
  readonly seen: Map<string, number>
  /** Sessions whose day-old record was taken away in this step. */
  readonly swept: Set<string>
  holder: { id: string; until: number } | undefined
  /** A change of the seat died half-way: who holds it cannot be told until the next answer. */
  seatDoubtful: boolean
}

const TOOLS = ['codex', 'claude_code'] as const
const YEAR = 365 * 24 * 3600
const CLOCK_JUMPS = [0, 1, 1, 5, 60, 60, 200, 1000, 3 * 3600, 26 * 3600, -30, -90] as const

/** Runs one schedule and checks every promise at its end and along the way. Throws Violation. */
export async function runRoomSchedule(
  seed: number,
  options: { place: (chance: Chance) => Promise<Place>; suite: string; bug?: Bug },
): Promise<void> {
  const chance = seeded(seed)
  const fail = (invariant: string, details: string): never => {
    throw new Violation(invariant, details, { suite: options.suite, seed })
  }
  const base = await createTestRoom()
  // Well before the clock of the machine, by which files know when they were written: no jump reaches that.
  base.advance(-YEAR)
  const place = await options.place(chance)
  let full = false
  const faults = (): Faults => ({
    chance,
    isFull: () => full && chance.oneIn(2),
    diesAfter: chance.oneIn(3) ? 5 + chance.below(60) : Number.POSITIVE_INFINITY,
    bug: options.bug,
  })
  const enter = async (id: string, tool: string): Promise<Agent> => {
    const inner = await place.transports.open(place.channel)
    const transport = faultyTransport(inner, faults())
    const { clock, ids, sha256, producer, repository } = base
    const workdir = place.channel.worktree ?? place.channel.repoRoot ?? '/shop'
    const room = { channel: place.channel, workdir, transport, clock, ids, sha256, producer, repository }
    return { id, tool, transport, ctx: { ...room, session: testSession({ sessionId: id, tool }) } }
  }
  const count = 1 + chance.below(5)
  const agents = await Promise.all(
    Array.from({ length: count }, (_, n) => enter(`s${n}`, TOOLS[n % TOOLS.length] as string)),
  )
  const told: Promises = {
    records: new Map(),
    retracted: new Set(),
    doubtful: new Set(),
    messages: new Map(),
    handled: new Map(agents.map(({ id }) => [id, { direct: 0, broadcast: 0 }])),
    seen: new Map(),
    swept: new Set(),
    holder: undefined,
    seatDoubtful: false,
  }
  try {
    const steps = 6 + chance.below(10)
    for (let step = 0; step < steps; step++) {
      base.advance(chance.pick(CLOCK_JUMPS))
      if (chance.oneIn(6)) full = !full
      const busy = agents.filter(() => chance.oneIn(2))
      await Promise.all(
        busy.map(async (agent) => {
          const action = chance.pick(ACTIONS)
          try {
            await action({ agent, told, chance, now: base.clock.now(), fail })
          } catch (error) {
            if (error instanceof Violation) throw error
            const code = (error as { code?: unknown }).code
            if (error instanceof Crash) {
              await agent.transport.close()
              agents[agents.indexOf(agent)] = await enter(agent.id, agent.tool)
            } else if (code !== 'NOT_STORED' && code !== 'BUSY') throw error
          }
        }),
      )
      for (const id of told.swept) told.seen.delete(id)
      told.swept.clear()
      full &&= chance.oneIn(2)
    }
    const inner = await place.transports.open(place.channel)
    const reader = {
      ...base,
      channel: place.channel,
      transport: faultyTransport(inner, { ...faults(), isFull: () => false, diesAfter: Number.POSITIVE_INFINITY }),
    }
    await checkPromises(reader, { told, agents, place, fail })
    await inner.close()
  } finally {
    for (const agent of agents) await agent.transport.close()
    await place.dispose()
  }
}

interface Acting {
  readonly agent: Agent
  readonly told: Promises
  readonly chance: Chance
  readonly now: number
  readonly fail: (invariant: string, details: string) => never
}
type Action = (acting: Acting) => Promise<void>

const note = (told: Promises, eventId: string | null, revision: number | null, fail: Acting['fail']): void => {
  if (eventId === null || revision === null) return
  if ([...told.records.values()].includes(revision)) fail('a revision is given once', `${revision} again`)
  told.records.set(eventId, revision)
}

const ACTIONS: readonly Action[] = [
  async ({ agent, told, fail }) => {
    const { eventId, revision } = await post(agent.ctx, { kind: 'feedback', message: 'x' })
    note(told, eventId, revision, fail)
  },
  async ({ agent, told, chance, fail }) => {
    const to = chance.pick([...TOOLS, 'all'])
    let sent = await writeInbox(agent.ctx, { to, payload: { message: 'm' } })
    const box = told.messages.get(to) ?? new Set()
    told.messages.set(to, box.add(sent.messageId))
    // Half stored: said so, and completed by a retry that repeats nothing.
    if (!sent.stored.log && chance.oneIn(2)) {
      sent = await writeInbox(agent.ctx, { to, payload: { message: 'm' }, messageId: sent.messageId })
    }
    if (sent.stored.log) note(told, sent.eventId, sent.revision, fail)
  },
  async ({ agent, told, now }) => {
    told.seen.delete(agent.id)
    await writePresence(agent.ctx, { task: 't' })
    told.seen.set(agent.id, now)
  },
  async ({ agent }) => {
    await writeHeartbeat(agent.ctx, { taskRef: 't' })
  },
  async ({ agent, told }) => {
    const before = told.handled.get(agent.id) ?? null
    told.handled.set(agent.id, null)
    const { directCount, broadcastCount } = await ackInbox(agent.ctx).catch((error) => {
      // Refused: nothing moved.
      if (!(error instanceof Crash)) told.handled.set(agent.id, before)
      throw error
    })
    told.handled.set(agent.id, { direct: directCount, broadcast: broadcastCount })
  },
  async (acting) => takeSeat(acting),
  async (acting) => takeSeat(acting),
  async ({ agent, told }) => {
    giveUp(told, agent)
    await relinquishLead(agent.ctx)
  },
  async ({ agent, told }) => {
    try {
      const renewal = await renewLead(agent.ctx)
      if (renewal.renewed) told.holder = { id: agent.id, until: untilOf(renewal.lease) }
    } catch (error) {
      told.seatDoubtful = true
      throw error
    }
  },
  async ({ agent, told, chance, fail }) => {
    const target = [...told.records.keys()].filter((id) => !told.retracted.has(id))[chance.below(told.records.size)]
    if (target === undefined) return
    told.doubtful.add(target)
    const { outcome } = await retractRecord(agent.ctx, { fact: target, reason: 'r' })
    if (outcome === 'retracted') told.retracted.add(target)
    if (outcome === 'not-found') fail('nothing acknowledged is lost', `record ${target} cannot be retracted: not found`)
  },
  async ({ agent, told }) => {
    told.seen.delete(agent.id)
    giveUp(told, agent)
    await leaveRoom(agent.ctx)
  },
  async ({ agent, told, now }) => {
    // A session that comes back after a day, in the very moment in which its old record is taken away, goes with it.
    const before = new Map(told.seen)
    // Of one that dies at it nobody learns whom it took away.
    const all = [...told.handled.keys()]
    const taken = await cleanUp(agent.ctx).catch((error) => {
      sweep(all)
      throw error
    })
    sweep(taken)
    function sweep(ids: readonly string[]): void {
      for (const id of ids) if (now - (before.get(id) ?? 0) > 24 * 3600) told.swept.add(id)
    }
  },
  ({ agent, chance, fail }) => takeFiles(agent, { chance, fail }),
  ({ agent, fail }) => giveFiles(agent, fail),
  async ({ agent }) => {
    await readStatus(agent.ctx)
  },
  async ({ agent }) => {
    await readInbox(agent.ctx, { tool: agent.tool, sessionId: agent.id })
  },
]

/** From the moment in which it is asked for, a seat may be empty: the answer comes later. */
function giveUp(told: Promises, agent: Agent): void {
  if (told.holder?.id === agent.id) told.holder = undefined
}

const untilOf = (lease: unknown): number =>
  Date.parse((lease as { lead: { lease_until: string } }).lead.lease_until) / 1000

async function takeSeat({ agent, told, now, fail }: Acting): Promise<void> {
  const before = told.seatDoubtful
  try {
    const claim = await claimLead(agent.ctx)
    if (!claim.claimed) return
    const { holder } = told
    if (!before && !told.seatDoubtful && holder !== undefined && holder.until > now) {
      fail('one holder per lease', `${agent.id} got the seat that ${holder.id} holds`)
    }
    told.holder = { id: agent.id, until: untilOf(claim.lease) }
    told.seatDoubtful = false
  } catch (error) {
    told.seatDoubtful = true
    throw error
  }
}

type Reader = Awaited<ReturnType<typeof createTestRoom>> | (Omit<SessionContext, 'session'> & { transport: Transport })

async function checkPromises(
  reader: Reader,
  { told, agents, place, fail }: { told: Promises; agents: Agent[]; place: Place; fail: Acting['fail'] },
): Promise<void> {
  const { records } = await reader.transport.log.read({ revision: 0, changes_offset: 0 })
  const ids = records.map((record) => String(record.event_id))
  if (new Set(ids).size !== ids.length) fail('an event id is given once', 'two records share one')
  const revisions = records.map((record) => record.revision ?? 0)
  if (revisions.some((revision, index) => index > 0 && revision <= (revisions[index - 1] ?? 0))) {
    fail('revisions grow', revisions.join(' '))
  }
  for (const [id, revision] of told.records) {
    const record = records.find((one) => one.event_id === id)
    if (record === undefined) fail('nothing acknowledged is lost', `record ${id}`)
    else if (record.revision !== revision)
      fail('a revision is given once', `${id} has ${record.revision}, not ${revision}`)
  }

  const visible = new Set(applyRetractions(records).map(({ event_id }) => event_id))
  for (const id of told.retracted) if (visible.has(id)) fail('a retraction hides its record', id)
  for (const id of ids) {
    if (!visible.has(id) && !told.retracted.has(id) && !told.doubtful.has(id)) fail('a retraction hides no other', id)
  }

  const boxes = new Map<string, number>()
  for (const box of [...TOOLS, 'all']) {
    const { count } = await reader.transport.inbox.size(box)
    const inner = await place.transports.open(place.channel)
    const entries = await inner.inbox.read(box, 0)
    await inner.close()
    const found = entries.map(({ message }) => message?.id ?? '')
    for (const id of told.messages.get(box) ?? []) {
      if (!found.includes(id)) fail('nothing acknowledged is lost', `message ${id}`)
    }
    if (new Set(found).size !== found.length) fail('a message is delivered once', `${box}: ${found.join(' ')}`)
    boxes.set(box, entries.length)
    if (count !== entries.length) fail('unread counts are right', `${box} counts ${count}`)
  }
  for (const { id, tool } of agents) {
    const handled = told.handled.get(id)
    if (handled === undefined || handled === null) continue
    const { direct, broadcast } = await countUnread(reader as never, { tool, sessionId: id })
    const expected = [(boxes.get(tool) ?? 0) - handled.direct, (boxes.get('all') ?? 0) - handled.broadcast]
    if (direct !== expected[0] || broadcast !== expected[1]) {
      fail('unread counts are right', `${id}: ${direct} and ${broadcast} instead of ${expected.join(' and ')}`)
    }
  }

  await checkClaims(reader as never, fail)
  const now = reader.clock.now()
  const roster = await buildRoster({
    discovery: { resolve: async () => place.channel, list: async () => [place.channel] },
    transports: { open: async () => reader.transport },
    clock: reader.clock,
  })
  const shown = JSON.stringify(roster.agents)
  for (const [id, at] of told.seen) {
    // After a clock was set back by more than that, a record from before it proves nothing: it is as far off as one that is late.
    if (Math.abs(now - at) <= 120 && !shown.includes(`"session_id":"${id}"`))
      fail('every live session is in the roster', id)
  }
}
