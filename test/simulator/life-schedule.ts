import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import { join } from 'node:path'
import { buildRoster, readStatus } from '../../packages/core/dist/index.js'
import { holderFacts } from '../../packages/core/dist/rules/claim/claim-holds.js'
import { stalenessWindow } from '../../packages/core/dist/rules/presence/staleness-window.js'
import type { RoomContext } from '../../packages/core/dist/usecases/context.js'
import { readLifeTimes } from '../../packages/core/dist/usecases/presence/life-times.js'
import { lookAround } from '../../packages/hook/src/edit.js'
import { act, type Scratch } from '../../packages/hook/test/scratch.js'
import { liveCompany } from '../../packages/local/dist/channel-files/peers.js'
import { type Chance, seeded, Violation } from './seeded.js'

/** Faults that can be planted in one of the views, to show that the invariants see them. */
export type LifeBug = 'roster-goes-by-time' | 'ends-are-forgotten' | 'clear-ends-nothing' | 'announcements-are-no-sign'

const CLOCK_JUMPS = [1, 1, 20, 100, 400, 1000, 2000, 5000, -30, -90, -600, -4000] as const
/** Half a day: what a process that may serve several says of its only session is believed so long. */
const HALF_A_DAY = 12 * 3600
const IN_FLIGHT = 15 * 60
/** A record may lag behind the last sign of life by so much, an announcement by less. */
const LAG = 100
/** A rhythm whose window (90 s) is shorter than that. */
const QUICK_SECS = 5

/** A host program: a process, and how many conversations it has at a time. */
interface Program {
  readonly child: ChildProcess
  readonly pid: number
  readonly conversations: 'one' | 'several'
  /** It runs in a container: its process says nothing to those who look from here. */
  readonly isContained: boolean
  /** Its sessions promise to be heard of that often. */
  readonly rhythm: number | null
  runs: boolean
}

/** A conversation in a program. */
interface Life {
  readonly conversation: string
  readonly program: Program
  /** The id under which it writes. */
  id: string
  lastSign: number
  lastEdit: number | undefined
  /** The file ran out: on a clock that is set back it may be in flight once more, or be cleaned away. */
  ranOut: boolean
  isOver: boolean
}

export interface LifeScheduleOptions {
  /** A room of the scratch repository whose clock is the scratch's. */
  readonly open: () => Promise<RoomContext>
  readonly bug?: LifeBug
}

/**
 * Up to eight sessions start, clear, resume, edit, end and are killed, on a clock that jumps, suspended and in containers. After
 * each step hooks, roster, status and claims have to agree on who lives, and with what really happened. Throws Violation.
 */
export async function runLifeSchedule(scratch: Scratch, seed: number, options: LifeScheduleOptions): Promise<void> {
  const chance = seeded(seed)
  const fail = (invariant: string, details: string): never => {
    throw new Violation(invariant, details, { suite: 'lives', seed })
  }
  scratch.reset()
  scratch.now = Date.now() / 1000
  const programs: Program[] = []
  const lives: Life[] = []
  try {
    const room = await options.open()
    for (let step = 0; step < 14; step++) {
      scratch.now += chance.pick(CLOCK_JUMPS)
      const done = takeStep()
      await check(room, `step ${step} (${done}), seed ${seed}`)
    }
  } finally {
    for (const { child } of programs) child.kill('SIGKILL')
  }

  function takeStep(): string {
    const going = lives.filter((life) => !life.isOver && life.program.runs)
    const life = going.length === 0 ? undefined : chance.pick(going)
    const kind = chance.below(10)
    if (life === undefined || (kind < 2 && going.length < 8)) return begin(newConversation(), newProgram(chance))
    if (kind < 4) return edit(life)
    if (kind === 4) return say(life, 'prompt')
    if (kind === 5) return replace(life)
    if (kind === 6) return begin(life.conversation, newProgram(chance))
    if (kind === 7) return end(life)
    if (kind === 8) return kill(life.program)
    life.program.child.kill(chance.oneIn(2) ? 'SIGSTOP' : 'SIGCONT')
    return `suspend or wake ${life.id}`
  }

  function newConversation(): string {
    return `c${new Set(lives.map(({ conversation }) => conversation)).size}`
  }

  function newProgram(by: Chance): Program {
    const child = spawn('sleep', ['600'], { stdio: 'ignore' })
    const conversations = by.oneIn(2) ? 'one' : 'several'
    const isContained = by.oneIn(5)
    const rhythm = by.oneIn(2) ? QUICK_SECS : null
    const program: Program = { child, pid: child.pid ?? 0, conversations, isContained, rhythm, runs: true }
    programs.push(program)
    return program
  }

  /** A new conversation in a process that has one already: clear, resume. */
  function replace({ program, conversation }: Life): string {
    const others = lives.filter(
      (life) => life.conversation !== conversation && life.isOver && !isOpen(life.conversation),
    )
    const next = others.length > 0 && chance.oneIn(2) ? chance.pick(others).conversation : newConversation()
    return begin(next, program)
  }

  function isOpen(conversation: string): boolean {
    return lives.some((life) => life.conversation === conversation && !life.isOver && life.program.runs)
  }

  function begin(conversation: string, program: Program): string {
    if (program.conversations === 'one' && options.bug !== 'clear-ends-nothing') {
      for (const life of lives) if (life.program === program && life.conversation !== conversation) life.isOver = true
    }
    const known = lives.find((life) => life.conversation === conversation && life.program === program)
    const life: Life = known ?? {
      conversation,
      program,
      id: conversation,
      lastSign: 0,
      lastEdit: undefined,
      ranOut: false,
      isOver: false,
    }
    if (known === undefined) lives.push(life)
    else if (life.isOver) life.lastEdit = undefined
    life.isOver = false
    return say(life, 'session-start')
  }

  function say(life: Life, name: 'session-start' | 'prompt' | 'before-edit', paths?: string[]): string {
    const { conversation, program } = life
    // What a container's own hooks would have written; from its own namespace it sees itself there.
    for (const id of containedIds(program)) moveTo(id, 'back')
    const wasThere = life.lastSign > 0 && isRecorded(life)
    act(scratch, name, conversation, {
      hostPid: program.pid,
      conversations: options.bug === 'clear-ends-nothing' ? 'several' : program.conversations,
      ...(paths === undefined ? {} : { paths }),
    })
    const id = idOf(life)
    if (id === undefined) return fail('who speaks is in the room', `${conversation} in process ${program.pid}`)
    if (wasThere && life.id !== id) fail('an id stays as long as its session lives', `${life.id} became ${id}`)
    life.id = id
    life.lastSign = scratch.now
    const record = scratch.presence(id)
    if (record.planned_heartbeat_secs !== program.rhythm) {
      scratch.putPresence({ ...record, planned_heartbeat_secs: program.rhythm })
    }
    settle(`sessions/${id}.json`)
    if (name === 'before-edit') settle(`hook/inflight/${id}.jsonl`)
    for (const other of containedIds(program)) moveTo(other, 'away')
    return `${name} ${id}`
  }

  function edit(life: Life): string {
    const files = [`src/${life.conversation}-${life.program.pid}.ts`]
    if (chance.oneIn(2)) {
      say(life, 'before-edit', files)
      // The record stays as it is, the edit is announced again.
      scratch.now += LAG - 5
      if (!life.program.isContained) return announce(life, files)
    }
    life.lastEdit = scratch.now
    life.ranOut = false
    return say(life, 'before-edit', files)
  }

  /** An edit that the gate answered: it appends one line without a time, and starts no program. */
  function announce(life: Life, files: readonly string[]): string {
    const { tool, worktree, worktree_id } = scratch.presence(life.id)
    const mark = JSON.stringify({ s: life.id, h: tool, w: worktree, i: worktree_id, f: files.map((file) => [file]) })
    const log = `hook/inflight/${life.id}.jsonl`
    fs.appendFileSync(join(scratch.channel, log), `${mark}\n`)
    settle(log)
    life.lastEdit = scratch.now
    life.lastSign = scratch.now
    life.ranOut = false
    return `announcement of ${life.id}`
  }

  function end(life: Life): string {
    for (const id of containedIds(life.program)) moveTo(id, 'back')
    if (options.bug !== 'ends-are-forgotten')
      act(scratch, 'session-end', life.conversation, { hostPid: life.program.pid })
    for (const id of containedIds(life.program)) moveTo(id, 'away')
    life.isOver = true
    return `end ${life.id}`
  }

  function kill(program: Program): string {
    program.child.kill('SIGKILL')
    // Until the system has taken it from its table, or keeps it there only for us to collect.
    for (let tries = 0; tries < 500 && isThere(program.pid); tries++) Atomics.wait(PAUSE, 0, 0, 2)
    program.runs = false
    return `kill ${program.pid}`
  }

  function idOf({ conversation, program }: Life): string | undefined {
    const names = fs.readdirSync(join(scratch.channel, 'sessions')).filter((name) => name.endsWith('.json'))
    return names
      .map((name) => name.slice(0, -'.json'.length))
      .find(
        (id) =>
          (id === conversation || id.startsWith(`${conversation}.`)) && scratch.presence(id).host_pid === program.pid,
      )
  }

  function containedIds(program: Program): string[] {
    if (!program.isContained) return []
    return lives.filter((life) => life.program === program && isRecorded(life)).map(({ id }) => id)
  }

  /** A record as it is written in a container: with another pid namespace. */
  function moveTo(id: string, where: 'away' | 'back'): void {
    const stored = scratch.presence(id)
    const namespace = stored.host_namespace
    if (typeof namespace !== 'string') return
    const path = join(scratch.channel, 'sessions', `${id}.json`)
    const { atime, mtime } = fs.statSync(path)
    scratch.putPresence({ ...stored, host_namespace: where === 'away' ? `9${namespace}` : namespace.replace(/^9/, '') })
    fs.utimesSync(path, atime, mtime)
  }

  /** Whether a record speaks of this life: another process may have taken the conversation up. */
  function isRecorded({ id, program }: Life): boolean {
    return fileOf(id) !== undefined && scratch.presence(id).host_pid === program.pid
  }

  function fileOf(id: string): string | undefined {
    const path = join(scratch.channel, 'sessions', `${id}.json`)
    return fs.existsSync(path) ? path : undefined
  }

  /** The storage has the same clock. */
  function settle(file: string): void {
    const path = join(scratch.channel, file)
    if (fs.existsSync(path)) fs.utimesSync(path, scratch.now, scratch.now)
  }

  /** Whether a session lives, as far as it can be known; undefined near the edges of a window. */
  function truth(life: Life): boolean | undefined {
    if (life.isOver) return false
    const { program } = life
    if (!program.runs && !program.isContained) return false
    // Silent for long, and another process has taken its id since.
    if (program.isContained && !isRecorded(life)) return undefined
    const company = lives.filter((other) => other.program === program && other !== life && isRecorded(other))
    const isKnown = program.runs && !program.isContained
    if (isKnown && program.conversations === 'one') return true
    const window = isKnown && company.length === 0 ? HALF_A_DAY : stalenessWindow(program.rhythm)
    const silence = Math.abs(scratch.now - life.lastSign)
    if (silence <= window - LAG) return true
    return silence > window + LAG ? false : undefined
  }

  async function check(room: RoomContext, where: string): Promise<void> {
    const sessions = await room.transport.sessions.list()
    const hooks = liveCompany({
      root: scratch.channel,
      self: { ...OUTSIDER, worktree: scratch.repo },
      now: scratch.now,
    })
    const ids = (of: readonly { sessionId: string }[]) => of.map(({ sessionId }) => sessionId).sort()
    const seen = {
      hooks: ids(hooks.newest),
      status: (await readStatus(deaf(room))).active_peers.map((peer) => peer.session_id).sort(),
      roster: await rosterOf(room),
    }
    const live = seen.hooks.join()
    if (seen.status.join() !== live) fail('hooks and status agree on who lives', `${where}: ${live} / ${seen.status}`)
    if (seen.roster.join() !== live) fail('hooks and roster agree on who lives', `${where}: ${live} / ${seen.roster}`)
    const times = await readLifeTimes(room.transport.sessions, sessions, scratch.now)
    const factsOf = holderFacts(sessions, { now: scratch.now, ...times, hostProcess: room.hostProcess, host: 'here' })
    const claim = { tool: 'toolx', host: 'here', until: scratch.now, secs: 3600 }
    for (const id of seen.hooks) {
      if (factsOf({ ...claim, session_id: id }).gone) fail('claims of the living hold', `${where}: ${id}`)
    }
    for (const life of lives) {
      const isLive = truth(life)
      if (isLive === undefined) continue
      const isIts = seen.hooks.includes(life.id) && scratch.presence(life.id).host_pid === life.program.pid
      if (isLive !== isIts)
        fail('who lives is seen to live, nobody else', `${where}: ${life.id} ${isLive ? 'lives' : 'does not'}`)
      if (life.isOver || !life.program.runs) checkGone(life, { isSeen: isIts, factsOf, claim, where })
      checkEdit(life, isLive, where)
    }
  }

  function checkGone(
    life: Life,
    {
      isSeen,
      factsOf,
      claim,
      where,
    }: { isSeen: boolean; factsOf: ReturnType<typeof holderFacts>; claim: HeldFor; where: string },
  ): void {
    const presence = fileOf(life.id) === undefined ? undefined : scratch.presence(life.id)
    if (isSeen || life.program.isContained || presence?.host_pid !== life.program.pid) return
    if (!factsOf({ ...claim, session_id: life.id }).gone) fail('claims of the dead do not hold', `${where}: ${life.id}`)
  }

  /** An edit of the same file meets those who live, and nobody else. */
  function checkEdit(life: Life, isLive: boolean, where: string): void {
    const silence = life.lastEdit === undefined ? Number.POSITIVE_INFINITY : scratch.now - life.lastEdit
    if (life.lastEdit !== undefined && silence > IN_FLIGHT - LAG) life.ranOut = true
    if (life.ranOut) return
    const file = { worktree: scratch.repo, path: `src/${life.conversation}-${life.program.pid}.ts` }
    const ctx = { root: scratch.channel, self: { ...OUTSIDER, worktree: scratch.repo }, now: scratch.now }
    const { collisions } = lookAround(ctx, [file], { claimed: [], host: () => 'here', nameOf: ({ path }) => path })
    const meets = collisions.some(({ peer }) => peer.sessionId === life.id)
    if (meets !== (isLive && silence < IN_FLIGHT)) {
      fail(
        'an edit meets the living',
        `${where}: ${life.id} ${meets ? 'is met' : 'is not met'}, edited ${silence} s ago`,
      )
    }
  }

  /** The room as it is, or with a fault planted. */
  function deaf(room: RoomContext): RoomContext {
    if (options.bug !== 'announcements-are-no-sign') return room
    const sessions = { ...room.transport.sessions, announcedAt: async () => new Map<string, number>() }
    return { ...room, transport: { ...room.transport, sessions } }
  }

  async function rosterOf(room: RoomContext): Promise<string[]> {
    const { report } = await buildRosterOf(room, options.bug === 'roster-goes-by-time')
    return report
  }
}

type HeldFor = Parameters<ReturnType<typeof holderFacts>>[0] extends infer C ? Omit<C & object, 'session_id'> : never

const OUTSIDER = { sessionId: 'outsider', tool: 'toolx', caseInsensitive: false }
const PAUSE = new Int32Array(new SharedArrayBuffer(4))

async function buildRosterOf(room: RoomContext, byTime: boolean): Promise<{ report: string[] }> {
  const channel = room.channel
  const roster = await buildRoster({
    clock: room.clock,
    discovery: { resolve: async () => channel, list: async () => [channel] },
    transports: { open: async () => ({ ...room.transport, close: async () => {} }) },
    ...(byTime ? {} : { hostProcess: room.hostProcess }),
  })
  const all = (agents: typeof roster.agents): string[] =>
    agents.flatMap((agent) => [agent.session_id ?? '', ...all(agent.children)])
  return { report: all(roster.agents).sort() }
}

function isThere(pid: number): boolean {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
    return !'ZX'.includes(stat.slice(stat.lastIndexOf(')') + 2)[0] ?? 'Z')
  } catch {
    return false
  }
}
