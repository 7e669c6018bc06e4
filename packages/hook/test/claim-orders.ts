import fs from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { type ClaimAnswer, claimFiles, listClaims, releaseFiles, type SessionContext } from '@rally/core'
import { overlapOf, parseFilePattern } from '@rally/core/rules/files/file-pattern'
import { act, begin, type RunningMoment, type Scratch } from './scratch.js'

/** What a session does, or what befalls it: `e` is one step of an edit (announce, look, say), `t` is a time without a sign of life. */
export type Letter = 't' | `${'c' | 'e' | 'r' | 'd'}${Who}`
export type Who = 'a' | 'b'

export const LETTERS: readonly Letter[] = ['ca', 'cb', 'ea', 'eb', 'ra', 'rb', 'da', 'db', 't']

/** Faults around the real hook and the real claims, to show that the invariants see them. */
export type OrderBug = 'forgets-who-lost' | 'takes-what-is-held' | 'says-nothing' | 'takes-the-dead-for-living'

/** How long a claim lasts, and how long `t` is: longer (seconds). */
const CLAIM_SECS = 60
const SILENCE_SECS = 100
/** Longer than any process number. */
const DEAD_PID = 2 ** 22 - 1
/** Patterns that name the file that both edit. */
const PATTERNS: Readonly<Record<Who, string>> = { a: 'src/**', b: 'src/x.ts' }
const FILE = 'src/x.ts'

interface Session {
  readonly id: string
  readonly room: SessionContext
  readonly hostPid: number
  isDead: boolean
  /** Its claim as it was granted, until it gave it back or heard that it is lost. */
  claim: { readonly id: string; readonly until: number; isLost: boolean } | undefined
  lastSign: number
  /** Ids of claims of the other that it was told of. */
  readonly knows: Set<string>
  running:
    | { readonly moment: RunningMoment; steps: number; wasStale: boolean; other: string | undefined; may: boolean }
    | undefined
}

export interface OrderOptions {
  readonly rooms: Readonly<Record<Who, SessionContext>>
  /** Processes that run, one for each session. */
  readonly pids: Readonly<Record<Who, number>>
  readonly bug?: OrderBug
}

export class Broken extends Error {}

/**
 * Runs one order of what two sessions do with one file, with the real hook and the real claims, and then lets both edit it.
 * Throws Broken where two have the file for themselves, where a claim is granted or refused otherwise than it has to be, where a
 * session edits without having heard that it lost its claim or that the other has one, or is refused for one that is dead.
 */
export async function runOrder(scratch: Scratch, order: readonly Letter[], options: OrderOptions): Promise<void> {
  const { bug } = options
  clear(scratch)
  scratch.now = START
  const sessions: Record<Who, Session> = { a: newSession('a'), b: newSession('b') }
  for (const session of [sessions.a, sessions.b]) enter(session, 'startup')
  for (const [index, letter] of order.entries()) {
    scratch.now += 0.01
    await take(letter, `${order.join(' ')}, at ${index + 1} (${letter})`)
  }
  const end = `${order.join(' ')}, in the end`
  for (const who of ['a', 'b'] as const) {
    while (sessions[who].running !== undefined) await take(`e${who}`, end)
  }
  for (const who of ['a', 'b'] as const) for (let step = 0; step < 3; step++) await take(`e${who}`, end)

  function newSession(who: Who): Session {
    const facts = { isDead: false, claim: undefined, lastSign: 0, knows: new Set<string>(), running: undefined }
    return { id: `session-${who}`, room: options.rooms[who], hostPid: options.pids[who], ...facts }
  }

  async function take(letter: Letter, where: string): Promise<void> {
    const fail = (what: string): never => {
      throw new Broken(`${what}: ${where}`)
    }
    if (letter === 't') {
      scratch.now += SILENCE_SECS
      // No hook takes that long: its host has ended it.
      for (const session of [sessions.a, sessions.b]) session.running = undefined
    } else {
      const session = sessions[letter[1] as Who]
      const other = sessions[letter[1] === 'a' ? 'b' : 'a']
      if (letter[0] === 'd') die(session)
      else {
        if (session.isDead) enter(session, 'resume')
        if (letter[0] === 'c') await claim(session, other, fail)
        else if (letter[0] === 'r') await release(session)
        else edit(session, other, fail)
      }
    }
    await checkHolders(fail)
  }

  /** A start, or the same conversation taken up in a process that lives. */
  function enter(session: Session, source: string): void {
    session.isDead = false
    act(scratch, 'session-start', session.id, { hostPid: session.hostPid, source, ...AS })
    sign(session)
  }

  function die(session: Session): void {
    session.running = undefined
    session.isDead = true
    if (bug === 'takes-the-dead-for-living') return
    scratch.putPresence({ ...scratch.presence(session.id), host_pid: DEAD_PID })
    settle(session.id)
  }

  async function claim(session: Session, other: Session, fail: (what: string) => never): Promise<void> {
    const isFree = !holds(other)
    const own = session.claim
    const isRenewal = own !== undefined && !own.isLost && holds(session)
    const file = join(scratch.channel, 'rally/claims.json')
    const before = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : undefined
    if (bug === 'takes-what-is-held' && before !== undefined) {
      fs.writeFileSync(file, JSON.stringify({ ...before, claims: [] }))
    }
    const answer: ClaimAnswer = await claimFiles(session.room, {
      patterns: [PATTERNS[who(session)]],
      secs: CLAIM_SECS,
    })
    if (bug === 'takes-what-is-held' && before !== undefined) {
      const after = JSON.parse(fs.readFileSync(file, 'utf8'))
      const ids = new Set(after.claims.map(({ id }: { id: string }) => id))
      const kept = before.claims.filter(({ id }: { id: string }) => !ids.has(id))
      fs.writeFileSync(file, JSON.stringify({ ...after, claims: [...kept, ...after.claims] }))
    } else if (bug === undefined && answer.claimed !== isFree)
      fail(isFree ? 'what is free is granted' : 'what is held is refused')
    if (bug === 'forgets-who-lost' && fs.existsSync(file)) {
      fs.writeFileSync(file, JSON.stringify({ ...JSON.parse(fs.readFileSync(file, 'utf8')), lost: [] }))
    }
    if (!answer.claimed) return
    if (bug === undefined && isRenewal !== answer.renewed) fail('only what holds is renewed')
    session.claim = { id: answer.claim.id, until: scratch.now + CLAIM_SECS, isLost: false }
    if (other.claim !== undefined) other.claim.isLost = true
  }

  async function release(session: Session): Promise<void> {
    await releaseFiles(session.room)
    // That there was nothing left to give back does not say why.
    if (session.claim?.isLost !== true) session.claim = undefined
  }

  /** One step of an edit. What matters is what stood when it looked. */
  function edit(session: Session, other: Session, fail: (what: string) => never): void {
    if (session.running === undefined) {
      const moment = begin(scratch, 'before-edit', session.id, {
        paths: [FILE],
        hostPid: session.hostPid,
        ...AS,
        ...(bug === 'says-nothing' ? { capabilities: { context: [] } } : {}),
      })
      moment.steps.next()
      sign(session)
      session.running = { moment, steps: 1, wasStale: false, other: undefined, may: true }
      return
    }
    const { running } = session
    if (running.steps === 1) {
      running.wasStale = session.claim?.isLost === true
      running.other = holds(other) ? other.claim?.id : undefined
      running.may = !other.isDead
      running.moment.steps.next()
      running.steps = 2
      return
    }
    while (running.moment.steps.next().done !== true);
    sign(session)
    session.running = undefined
    const [reply = {}] = running.moment.replies
    const said = `${reply.context ?? ''}\n${reply.deny?.reason ?? ''}`
    for (const [, id] of said.matchAll(/laimed [^\n]*?\((c\d+),/g)) session.knows.add(id ?? '')
    if (reply.deny !== undefined && !running.may) fail('nobody is refused for the dead')
    if (running.wasStale) {
      const isNamed = other.claim !== undefined && said.includes(`(${other.claim.id},`)
      if (!isNamed && !/your claim c\d+ of .* (was taken over by|ended)/.test(said))
        fail('who lost its claim hears it before it edits')
      if (session.claim?.isLost === true) session.claim = undefined
    } else if (said.includes('your claim')) fail('nobody is told of a loss that was not')
    if (running.other !== undefined && !session.knows.has(running.other)) fail('a claim of the other is told')
  }

  /** Whether a session has the file for itself, by what really happened. */
  function holds({ claim: own, isDead, lastSign }: Session): boolean {
    return own !== undefined && !own.isLost && !isDead && scratch.now < Math.max(own.until, lastSign + CLAIM_SECS)
  }

  async function checkHolders(fail: (what: string) => never): Promise<void> {
    const held = (await listClaims(options.rooms.a)).filter((one) => one.holds).map((one) => one.claim)
    const [one, two] = held
    const meet = two?.patterns.some((pattern) =>
      one?.patterns.some((p) => overlapOf(parseFilePattern(p), parseFilePattern(pattern)) === 'certain'),
    )
    if (meet === true && one?.session_id !== two?.session_id) fail('a file has one holder')
    const names = held.map(({ session_id }) => session_id)
    for (const session of [sessions.a, sessions.b])
      if (bug === undefined && holds(session) !== names.includes(session.id))
        fail(`the claim of ${session.id} ${holds(session) ? 'holds' : 'does not hold'}`)
  }

  function sign(session: Session): void {
    session.lastSign = scratch.now
    settle(session.id)
  }

  /** The storage has the same clock. */
  function settle(id: string): void {
    for (const file of [`sessions/${id}.json`, `hook/inflight/${id}.jsonl`]) {
      const path = join(scratch.channel, file)
      if (fs.existsSync(path)) fs.utimesSync(path, scratch.now, scratch.now)
    }
  }
}

const START = Math.floor(Date.now() / 1000)
const AS = { conversations: 'one', machine: hostname() } as const

const who = ({ id }: Session): Who => (id === 'session-a' ? 'a' : 'b')

/** The room as it was before anybody came, its log aside. */
function clear(scratch: Scratch): void {
  for (const folder of ['rally', 'sessions', 'hook', 'names', 'inbox'])
    fs.rmSync(join(scratch.channel, folder), { recursive: true, force: true })
}

/** Every order of `length` letters that means something: no death twice, no giving back of what nobody claimed. */
export function ordersOf(length: number): Letter[][] {
  const all: Letter[][] = []
  extend([])
  return all

  function extend(order: Letter[]): void {
    if (order.length === length) {
      all.push(order)
      return
    }
    for (const letter of LETTERS) if (isOf(order, letter)) extend([...order, letter])
  }
}

function isOf(order: readonly Letter[], letter: Letter): boolean {
  if (letter === 't') return order.at(-1) !== 't'
  const own = order.filter((one) => one[1] === letter[1])
  if (letter[0] === 'd') return own.at(-1) !== letter
  if (letter[0] === 'r') return own.filter((one) => 'cr'.includes(one[0] ?? '')).at(-1)?.[0] === 'c'
  return true
}
