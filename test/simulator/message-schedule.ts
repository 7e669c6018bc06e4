import type { SessionContext } from '../../packages/core/dist/usecases/context.js'
import { ackInbox } from '../../packages/core/dist/usecases/inbox/ack-inbox.js'
import { findMessage } from '../../packages/core/dist/usecases/inbox/find-message.js'
import { countUnread } from '../../packages/core/dist/usecases/inbox/read-inbox.js'
import { readLadders } from '../../packages/core/dist/usecases/inbox/read-ladder.js'
import { say } from '../../packages/core/dist/usecases/inbox/say.js'
import { act, begin, type Scratch } from '../../packages/hook/test/scratch.js'
import { joinMachines, type Machine } from './message-machines.js'
import { type Chance, seeded, Violation } from './seeded.js'

/** Faults that can be planted, to show that the invariants see them. */
export type MessageBug = 'tells-twice' | 'tells-others' | 'claims-told'

const TOOLS = ['toolx', 'tooly'] as const
const SESSIONS = 8
/** With more than twenty that wait the older are only counted. */
const MOST_MESSAGES = 16
const CLOCK_STEPS = [1, 3, 20, 60] as const

interface Agent {
  readonly id: string
  readonly tool: string
  readonly machine: Machine
  /** Tokens of the messages that are in its context, and those of a reply that was cut off: they may come again. */
  readonly heard: Set<string>
  readonly unsure: Set<string>
  /** Tokens that it was told in any context; `noted`: its hook lived on to note that. */
  readonly everTold: Set<string>
  readonly noted: Set<string>
  readonly acked: Set<string>
  isStarted: boolean
}

interface Said {
  readonly id: string
  readonly token: string
  readonly from: Agent
  /** A tool, `all`, or the one session. */
  readonly to: string
  readonly session: string | undefined
}

export interface MessageScheduleOptions {
  /** The clock of the first one is the clock of all. Where there are several, a relay joins their rooms. */
  readonly machines: readonly {
    readonly scratch: Scratch
    /** The room of the scratch repository as one session sees it. */
    readonly open: () => Promise<SessionContext>
  }[]
  readonly bug?: MessageBug
}

/**
 * Up to eight agents of two tools write to sessions, tools and everybody, answer and acknowledge, while they are prompted, edit,
 * are compacted, end, come back, and are killed in the middle of being told; on several machines relays bring what they say, and
 * fail and begin anew at any call. Throws Violation when a message is told to somebody
 * it does not name or twice in a context, when one that is open is never told, when a sender sees a rung that did not happen or
 * misses one that did, or when mail of another session counts as unread.
 */
export async function runMessageSchedule(
  seed: number,
  { machines: given, bug }: MessageScheduleOptions,
): Promise<void> {
  const chance = seeded(seed)
  const fail = (invariant: string, details: string): never => {
    throw new Violation(invariant, details, { suite: 'messages', seed })
  }
  let now = Math.floor(Date.now() / 1000)
  const passTime = (secs: number) => {
    now += secs
    for (const { scratch } of given) scratch.now = now
  }
  for (const { scratch } of given) scratch.reset()
  passTime(0)
  const machines = await joinMachines(given)
  const agents = Array.from({ length: SESSIONS }, (_, index): Agent => {
    const tool = TOOLS[index % 2] ?? 'toolx'
    const none = {
      heard: new Set<string>(),
      unsure: new Set<string>(),
      everTold: new Set<string>(),
      noted: new Set<string>(),
      acked: new Set<string>(),
    }
    // Of each tool on each machine.
    const machine = machines[(index >> 1) % machines.length] as Machine
    return { id: `${tool}-s${index}`, tool, machine, ...none, isStarted: false }
  })
  const said: Said[] = []
  const as = ({ id, tool, machine: { room } }: Agent): SessionContext => ({
    ...room,
    session: { ...room.session, sessionId: id, tool },
  })

  for (let step = 0; step < 60; step++) {
    passTime(chance.pick(CLOCK_STEPS))
    await takeStep(chance.pick(agents))
    if (chance.oneIn(2)) await chance.pick(machines).relayABit(chance)
  }
  await relayAll()
  for (const agent of agents) if (agent.isStarted) await settle(agent)
  await relayAll()
  for (const { room } of machines) await checkLadders(room)

  async function takeStep(agent: Agent): Promise<void> {
    if (!agent.isStarted) return start(agent, 'startup')
    const what = chance.below(12)
    if (what < 3) await send(agent)
    else if (what < 6) hear(agent, 'before-edit')
    else if (what === 6) await settle(agent)
    else if (what === 7) start(agent, chance.pick(['compact', 'clear']))
    else if (what === 8) kill(agent)
    else if (what === 9) await acknowledge(agent)
    else if (what === 10) {
      act(agent.machine.scratch, 'session-end', agent.id, { tool: agent.tool })
      start(agent, 'resume')
    } else await countOwn(agent)
  }

  /** What one brings is there for the other at its next turn. */
  async function relayAll(): Promise<void> {
    for (const _ of [1, 2, 3]) for (const machine of machines) await machine.relayAll()
  }

  /** The tokens that the room of a machine has. */
  async function arrivedAt({ room }: Machine): Promise<Set<string>> {
    const { inbox } = room.transport
    const boxes = await Promise.all(['all', ...TOOLS].map((box) => inbox.read(box, 0)))
    const ids = new Set(boxes.flat().map(({ message }) => message?.id))
    return new Set(said.filter(({ id }) => ids.has(id)).map(({ token }) => token))
  }

  function start(agent: Agent, source: string): void {
    agent.isStarted = true
    if (source === 'compact' || source === 'clear') {
      agent.heard.clear()
      agent.unsure.clear()
    }
    note(agent, act(agent.machine.scratch, 'session-start', agent.id, { tool: agent.tool, source }).text)
  }

  function hear(agent: Agent, moment: 'before-edit' | 'prompt'): string[] {
    const paths = [`src/${agent.id}.ts`]
    return note(
      agent,
      act(agent.machine.scratch, moment, agent.id, { tool: agent.tool, ...(moment === 'prompt' ? {} : { paths }) })
        .text,
    )
  }

  /** The host dies before it takes the reply, or the hook right after. */
  function kill(agent: Agent): void {
    const isTaken = chance.oneIn(2)
    const { steps, replies } = begin(agent.machine.scratch, 'prompt', agent.id, {
      tool: agent.tool,
      write: () => isTaken,
    })
    for (let step = steps.next(); step.done !== true && step.value !== 'written'; step = steps.next()) {}
    steps.return('killed')
    if (!isTaken) return
    const before = new Set(agent.noted)
    const tokens = note(agent, replies[0]?.context ?? '')
    for (const token of tokens) {
      agent.unsure.add(token)
      if (!before.has(token)) agent.noted.delete(token)
    }
  }

  /** Holds what a reply told against what may be told. */
  function note(agent: Agent, text: string): string[] {
    const tokens = [...text.matchAll(/\| <?(m\d+)!/g)].flatMap(([, token]) => token ?? [])
    if (bug === 'tells-twice' && agent.heard.size > 0) tokens.push([...agent.heard][0] ?? '')
    if (bug === 'tells-others')
      tokens.push(...said.filter(({ session }) => session !== undefined).map((one) => one.token))
    for (const token of tokens) {
      const message = said.find((one) => one.token === token) ?? fail('what is told was said', token)
      if (!isFor(message, agent)) fail('a message is told to whom it names', `${token} to ${agent.id}`)
      if (agent.heard.has(token) && !agent.unsure.has(token))
        fail('a message is told once in a context', `${token} to ${agent.id}`)
      agent.heard.add(token)
      agent.unsure.delete(token)
      agent.everTold.add(token)
      agent.noted.add(token)
    }
    return tokens
  }

  async function send(from: Agent): Promise<void> {
    if (said.length >= MOST_MESSAGES) return
    const target = chance.pick(agents)
    const way = chance.below(3)
    const to = way === 0 ? 'all' : target.tool
    const session = way === 2 ? target.id : undefined
    if (session === from.id) return
    const token = `m${said.length}`
    const heard = said.filter((message) => isFor(message, from) && from.heard.has(message.token))
    const answered = chance.oneIn(3) && way === 2 ? heard.find((message) => message.from === target) : undefined
    const replyTo = answered && (await findMessage(as(from), answered.id))
    const sent = await say(as(from), {
      to: { to, toSessionId: session },
      text: `${token}!`,
      replyTo,
      urgent: chance.oneIn(4),
    })
    if (answered) from.acked.add(answered.token)
    said.push({ id: sent.messageId, token, from, to, session })
  }

  async function acknowledge(agent: Agent): Promise<void> {
    const arrived = await arrivedAt(agent.machine)
    await ackInbox(as(agent))
    for (const { token, to } of said)
      if ((to === 'all' || to === agent.tool) && arrived.has(token)) agent.acked.add(token)
  }

  /** After a few prompts everything that is open has been told. */
  async function settle(agent: Agent): Promise<void> {
    for (let round = 0; round < MOST_MESSAGES; round++) if (hear(agent, 'prompt').length === 0) break
    const arrived = await arrivedAt(agent.machine)
    const missed = said.filter(
      (message) =>
        isFor(message, agent) &&
        arrived.has(message.token) &&
        !agent.heard.has(message.token) &&
        !agent.acked.has(message.token),
    )
    if (missed.length > 0) fail('what is open is told', `${missed.map(({ token }) => token)} to ${agent.id}`)
    await countOwn(agent)
  }

  async function countOwn(agent: Agent): Promise<void> {
    const { total } = await countUnread(as(agent), { tool: agent.tool, sessionId: agent.id })
    const arrived = await arrivedAt(agent.machine)
    const open = said.filter(
      ({ to, session, token }) =>
        (to === 'all' || to === agent.tool) &&
        (session ?? agent.id) === agent.id &&
        arrived.has(token) &&
        !agent.acked.has(token),
    )
    if (total !== open.length) fail('mail of others is not counted', `${agent.id} counts ${total}, not ${open.length}`)
  }

  async function checkLadders(room: SessionContext): Promise<void> {
    const { state, of } = await readLadders(room)
    if (state.messages.length !== said.length)
      fail('what was sent is known', `${state.messages.length} of ${said.length}`)
    for (const message of said) {
      const row = state.messages.find(({ id }) => id === message.id) ?? fail('what was sent is known', message.token)
      const recipients = await of(row)
      for (const agent of agents) {
        const rung = recipients.find(({ session_id }) => session_id === agent.id)
        const where = `${message.token} at ${agent.id}`
        if (!isFor(message, agent)) {
          if (rung !== undefined) fail('only whom it names is a recipient', where)
          continue
        }
        const isTold = rung !== undefined && (rung.told_at !== null || bug === 'claims-told')
        if (isTold && !agent.everTold.has(message.token)) fail('no rung is claimed that did not happen', where)
        if (agent.noted.has(message.token) && !isTold) fail('a rung that happened is reached', where)
        if ((rung?.acked_at ?? null) !== null && !agent.acked.has(message.token))
          fail('no rung is claimed that did not happen', where)
        if (agent.isStarted && agent.acked.has(message.token) && rung?.acked_at == null)
          fail('a rung that happened is reached', where)
      }
    }
  }
}

function isFor({ from, to, session }: Said, agent: Agent): boolean {
  if (from === agent) return false
  return session === undefined ? to === 'all' || to === agent.tool : session === agent.id
}

export type { Chance }
