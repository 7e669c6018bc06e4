import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { claimFiles, listClaims, releaseFiles } from '@rally/core'
import { type OpenRoom, openRoom } from '@rally/local/open-room'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { callHook, installProgram } from './program.js'
import { Scratch } from './scratch.js'

// What two sessions do with one file, in every order, through the command line that hosts run: the gate and the program behind it.

type Who = 'a' | 'b'
/** Claim, edit, give back, be killed, fall silent for longer than the claim. */
type Letter = `${'c' | 'e' | 'r' | 'd' | 't'}${Who}`

const SHORT_SECS = 1

let scratch: Scratch
let program = ''
let log = ''
const processes = new Map<Who, ChildProcess>()
const rooms = new Map<Who, OpenRoom>()

beforeAll(async () => {
  scratch = new Scratch()
  program = join(scratch.dir, 'program')
  log = join(scratch.dir, 'node.log')
  await installProgram(program)
  const node = `#!/bin/sh\necho x >>'${log}'\nexec '${process.execPath}' "$@"\n`
  fs.writeFileSync(join(program, 'bin/node'), node, { mode: 0o755 })
  for (const who of ['a', 'b'] as const) {
    const room = await openRoom(scratch.repo, { sessionId: who, tool: 'claude_code' }, { env: { ...scratch.env } })
    rooms.set(who, { ...room, session: { ...room.session, host: hostname() } })
  }
})
afterAll(async () => {
  for (const child of processes.values()) child.kill('SIGKILL')
  await Promise.all([...rooms.values()].map((room) => room.close()))
  scratch.remove()
})

const started = () => (fs.existsSync(log) ? fs.readFileSync(log, 'utf8').length : 0)
let byGate = 0

function hook(who: Who, event: string, more: object): string {
  const before = started()
  const input = JSON.stringify({ session_id: who, cwd: scratch.repo, hook_event_name: event, ...more })
  const env = { ...scratch.env, CLAUDE_CODE_SESSION_ID: who, CLAUDE_PID: String(processes.get(who)?.pid) }
  const { status, stdout, stderr } = callHook(program, ['claude_code', event], { env, input })
  expect([status, stderr]).toEqual([0, ''])
  if (started() === before) byGate++
  return stdout
}

const edit = (who: Who, file: string) =>
  hook(who, 'PreToolUse', { tool_name: 'Write', tool_input: { file_path: join(scratch.repo, file), content: 'x' } })

/** A session in a process of its own; one that was killed is taken up in another. */
function enter(who: Who): void {
  if (processes.has(who)) return
  processes.set(who, spawn('sleep', ['3600'], { stdio: 'ignore' }))
  hook(who, 'SessionStart', { source: 'resume' })
}

async function kill(who: Who): Promise<void> {
  const child = processes.get(who)
  processes.delete(who)
  if (child === undefined) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
}

function ordersOf(length: number): Letter[][] {
  const kinds = ['c', 'e', 'r', 'd', 't'] as const
  const letters = kinds.flatMap((kind) => [`${kind}a`, `${kind}b`] as const)
  const all = length === 0 ? [[]] : ordersOf(length - 1).flatMap((order) => letters.map((next) => [...order, next]))
  return all.filter((order) => order.every((letter, at) => isOf(['ca', ...order.slice(0, at)], letter)))
}

/** No giving back and no silence of who claimed nothing, nobody dies twice. */
function isOf(before: readonly Letter[], letter: Letter): boolean {
  const own = before.filter((one) => one[1] === letter[1])
  if (letter[0] === 'd') return own.at(-1) !== letter
  if (letter[0] === 't') return own.at(-1) !== letter && own.some((one) => one[0] === 'c')
  return letter[0] !== 'r' || own.findLast((one) => 'cr'.includes(one[0] ?? ''))?.[0] === 'c'
}

let folder = 0
/** Runs an order on a file of its own, and lets both edit it in the end. */
async function run(order: readonly Letter[]): Promise<void> {
  const at = `w${folder++}`
  const patterns: Record<Who, string> = { a: `${at}/**`, b: `${at}/x.ts` }
  const mine = new Map<Who, 'held' | 'lost'>()
  const known: Record<Who, Set<string>> = { a: new Set(), b: new Set() }
  const secs = order.some((letter) => letter[0] === 't') ? SHORT_SECS : 3600
  for (const who of ['a', 'b'] as const) {
    enter(who)
    await releaseFiles(roomOf(who))
  }
  const claims = join(scratch.channel, 'rally/claims.json')
  if (fs.existsSync(claims)) fs.utimesSync(claims, Date.now() / 1000 - 60, Date.now() / 1000 - 60)
  // The next edit that has nothing to hear is answered by the gate.
  for (const who of ['a', 'b'] as const) edit(who, `docs/${who}.md`)
  for (const letter of [...order, 'eb', 'ea'] as Letter[]) {
    const who = letter[1] as Who
    const other = who === 'a' ? 'b' : 'a'
    const where = `${order.join(' ')}, at ${letter}`
    if (letter[0] === 'd') await kill(who)
    else if (letter[0] === 't') await new Promise((resolve) => setTimeout(resolve, SHORT_SECS * 1000 + 100))
    else {
      enter(who)
      if (letter[0] === 'r') {
        await releaseFiles(roomOf(who))
        if (mine.get(who) === 'held') mine.delete(who)
      } else if (letter[0] === 'c') {
        const answer = await claimFiles(roomOf(who), { patterns: [patterns[who]], secs })
        if (!answer.claimed) continue
        mine.set(who, 'held')
        if (mine.has(other)) mine.set(other, 'lost')
      } else {
        const held = (await listClaims(roomOf(who))).filter(({ holds, ends }) => holds && ends > Date.now() / 1000 + 60)
        const theirs = held.find(({ claim }) => claim.session_id === other)?.claim.id
        const said = edit(who, `${at}/x.ts`)
        for (const [, id] of said.matchAll(/laimed [^\n]*?\((c\d+),/g)) known[who].add(id ?? '')
        const lost = /your claim c\d+ of .* was taken over by/.test(said)
        expect(lost, `${where}: whether it is told of a loss\n${said}`).toBe(mine.get(who) === 'lost')
        if (lost) mine.delete(who)
        if (theirs !== undefined) expect([...known[who]], `${where}\n${said}`).toContain(theirs)
      }
    }
    const holders = new Set(
      (await listClaims(roomOf('a'))).filter((one) => one.holds).map((one) => one.claim.session_id),
    )
    expect(holders.size, `${where}: holders`).toBeLessThanOrEqual(1)
  }
}

const roomOf = (who: Who): OpenRoom => rooms.get(who) as OpenRoom

it('whoever lost a claim, or meets one, hears it in every order', async () => {
  // Half of them here, all of them with RALLY_ORDERS=all.
  const orders = ordersOf(2).filter((_, at) => process.env.RALLY_ORDERS === 'all' || at % 2 === 0)
  expect(orders.length).toBeGreaterThan(25)
  for (const order of orders) await run(['ca', ...order])
  // The gate had its part in it.
  expect(byGate).toBeGreaterThan(0)
})
