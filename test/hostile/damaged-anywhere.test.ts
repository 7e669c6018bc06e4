import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { basename, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { expect, it } from 'vitest'
import { hostPackages } from '../../packages/hook/test/program.js'
import { type HookMachine, makeHookMachine } from '../hooks/hook-machine.js'
import { type Chance, seeded } from '../simulator/seeded.js'
import { everyExample } from '../support/examples.js'

/**
 * Every command and every event of every host's hooks meets a cache in which something is damaged: its own compiled code, what was
 * read of a log, a note of a quiet edit, another one's. The first call after answers as the call before did. Which file, which part
 * of it and which damage is drawn from a fixed seed: RALLY_DAMAGE_SEED takes another one, RALLY_DAMAGE_ROUNDS=20 more of them.
 */
const SEED = Number(process.env.RALLY_DAMAGE_SEED ?? 20_261_129)
const ROUNDS = Number(process.env.RALLY_DAMAGE_ROUNDS ?? 1)
const REGIONS = 6
const HOOK = join(import.meta.dirname, '../../packages/cli/bin/rally-hook.cjs')

/** Their answer says the same when nothing happened in between. */
const SAME = new Set([
  'status',
  'roster',
  'where',
  'here',
  'inbox:read',
  'inbox:unread',
  'claims',
  'lead:status',
  'hosts',
  'run:show',
])
/** They wait for a server or for a moment, or change what the next answers say of the program itself. */
const LEFT_OUT = /^(relay|plugins|upgrade|help|autocomplete|hosts:(probe|record))(:|$)/

interface Action {
  readonly name: string
  run(): SpawnSyncReturns<string>
  /** Whether a cached file is its compiled code. */
  owns(file: string): boolean
  readonly isSame: boolean
}

type Damage = (bytes: Buffer, chance: Chance, others: readonly string[]) => Buffer
const DAMAGES: Readonly<Record<string, Damage>> = {
  zeros: (bytes, chance) => {
    const [from, to] = region(bytes, chance)
    return Buffer.from(bytes).fill(0, from, to)
  },
  'a flipped bit': (bytes, chance) => {
    const copy = Buffer.from(bytes)
    const [from, to] = region(bytes, chance)
    const at = from + chance.below(Math.max(1, to - from))
    copy[at] = (copy[at] ?? 0) ^ (1 << chance.below(8))
    return copy
  },
  cut: (bytes, chance) => bytes.subarray(0, region(bytes, chance)[0]),
  grown: (bytes) => Buffer.concat([bytes, Buffer.from('more')]),
  "another file's content": (_bytes, chance, others) =>
    others.length === 0 ? Buffer.from('{}') : fs.readFileSync(others[chance.below(others.length)] as string),
  'a region of it twice': (bytes, chance) => {
    const [from, to] = region(bytes, chance)
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)])
  },
}

function region(bytes: Buffer, chance: Chance): [from: number, to: number] {
  const which = chance.below(REGIONS)
  return [Math.floor((bytes.length * which) / REGIONS), Math.floor((bytes.length * (which + 1)) / REGIONS)]
}

function cached(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => fs.statSync(path).isFile())
    .sort()
}

function commandsOf(machine: HookMachine): Action[] {
  return everyExample()
    .filter(({ id }) => !LEFT_OUT.test(id))
    .map(({ id, words, flags }) => {
      const who = flags.includes('session-id') ? ['--session-id', 'me', '--tool', 'codex'] : []
      return {
        name: id,
        run: () => rally(machine, [...words, '--json', ...who]),
        owns: (file) =>
          /^(?:rally|rest)-v/.test(basename(file)) || basename(file).startsWith(`rally_${id.split(':')[0]}`),
        isSame: SAME.has(id),
      }
    })
}

function rally({ repo, env }: HookMachine, args: readonly string[]): SpawnSyncReturns<string> {
  const program = join(import.meta.dirname, '../../packages/cli/bin/rally.cjs')
  return spawnSync(process.execPath, [program, ...args], {
    cwd: repo,
    env,
    input: '{}',
    encoding: 'utf8',
    timeout: 150_000,
  })
}

/** A call of the hook by a conversation that nobody knows yet. */
function hooksOf({ repo, env }: HookMachine): Action[] {
  let calls = 0
  return hostPackages().flatMap(({ id, fixtures }) =>
    [...new Map(fixtures.map((fixture) => [fixture.event, fixture])).values()].map(({ event, text }) => ({
      name: `${id} ${event}`,
      run() {
        const fresh = text.replace(/"(session_id|conversation_id)":\s*"[^"]*"/, `"$1":"c${++calls}"`)
        const input = JSON.stringify({ ...JSON.parse(fresh), cwd: repo })
        return spawnSync(process.execPath, [HOOK, id, event], {
          cwd: repo,
          env,
          input,
          encoding: 'utf8',
          timeout: 150_000,
        })
      },
      owns: (file: string) => basename(file).includes(event) && basename(file).includes(id),
      isSame: false,
    })),
  )
}

/** What has to be the same: everything but numbers and ages, or only that and how it answered. */
function essence({ status, signal, stdout, stderr }: SpawnSyncReturns<string>, isSame: boolean): unknown {
  const text = stdout.trim()
  const json: unknown =
    text === '' ? null : JSON.parse(text.split('\n')[0] === '{' ? text : (text.split('\n')[0] ?? ''))
  const shown = isSame
    ? text.replace(/[0-9]+(\.[0-9]+)?/g, 'N')
    : json === null
      ? 'nothing'
      : Object.keys(json as object).sort()
  return { status, signal, stderr: stderr.replace(/[0-9]+/g, 'N'), shown }
}

/** Home and working tree as they are now: what a call changes is not there for the next one. */
function keep({ root, home, repo }: HookMachine): { restore(): void } {
  const copy = join(root, 'kept')
  const places = [home, repo].flatMap((folder) =>
    fs
      .readdirSync(folder)
      .filter((name) => name !== '.git')
      .map((name) => [join(folder, name), join(copy, basename(folder), name)] as const),
  )
  for (const [from, to] of places)
    fs.cpSync(from, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })
  return {
    restore() {
      for (const folder of [home, repo])
        for (const name of fs.readdirSync(folder).filter((one) => one !== '.git'))
          fs.rmSync(join(folder, name), { recursive: true, force: true })
      for (const [to, from] of places)
        fs.cpSync(from, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })
      fs.rmSync(copy, { recursive: true, force: true })
    },
  }
}

it('the first call after any damage of the cache answers as the one before', { timeout: 900_000 }, () => {
  const machine = makeHookMachine()
  const cache = join(machine.root, 'cache')
  machine.env.XDG_CACHE_HOME = cache
  machine.lay('a.txt', 'x\n')
  for (const id of ['me', 'peer']) machine.json('presence', '--task', 'x', '--session-id', id, '--tool', 'codex')
  machine.json(
    'inbox',
    'write',
    '--to',
    'codex',
    '--message',
    'hello',
    '--session-id',
    'peer',
    '--tool',
    'codex',
    '--unseen',
  )
  const chance = seeded(SEED)
  const actions = [...commandsOf(machine), ...hooksOf(machine)]
  expect(actions.length).toBeGreaterThan(50)
  let own = 0
  const kinds = new Set<string>()
  for (let round = 0; round < ROUNDS; round++) {
    for (const action of actions) {
      const before = action.isSame ? undefined : keep(machine)
      const first = action.run()
      const right = essence(first, action.isSame)
      before?.restore()
      const files = cached(cache)
      const mine = files.filter(action.owns)
      // Mostly what the call reads for certain.
      const among = mine.length > 0 && chance.below(10) < 7 ? mine : files
      const path = among[chance.below(among.length)] as string
      const names = Object.keys(DAMAGES)
      const kind = names[chance.below(names.length)] as string
      const damaged = (DAMAGES[kind] as Damage)(
        fs.readFileSync(path),
        chance,
        files.filter((other) => other !== path),
      )
      fs.writeFileSync(path, damaged, { mode: 0o600 })
      const place = `${action.name}: ${kind} in ${basename(path)} (seed ${SEED}, round ${round})`
      const after = action.run()
      const text = `${place}\n${first.stdout}${first.stderr}\nthen\n${after.stdout}${after.stderr}`
      const answer = essence(after, action.isSame)
      // Time passes: a peer may have fallen silent between the two. Then what an undamaged cache says now is the right answer.
      const isRight = isDeepStrictEqual(answer, right)
      expect(answer, text).toEqual(isRight ? right : essence(action.run(), action.isSame))
      if (mine.includes(path)) own++
      kinds.add(kind)
    }
  }
  // Otherwise little was proved.
  expect(kinds.size).toBe(Object.keys(DAMAGES).length)
  expect(own).toBeGreaterThan((actions.length * ROUNDS) / 3)
})
