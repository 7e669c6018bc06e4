import { spawn } from 'node:child_process'
import fs from 'node:fs'
import { dirname, join } from 'node:path'
import { hookCommand } from '@rally/core/moments/hook-command'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { installProgram } from './program.js'
import { Scratch } from './scratch.js'

let scratch: Scratch
let program = ''
beforeAll(async () => {
  scratch = new Scratch()
  scratch.reset()
  program = join(scratch.dir, 'program')
  await installProgram(program)
})
afterAll(() => scratch.remove())

/** A session starts in a process of its own, through the command line that hosts run. */
function start(id: string): Promise<string> {
  const PATH = `${join(program, 'bin')}:${dirname(process.execPath)}:/usr/bin:/bin`
  const child = spawn('/bin/sh', ['-c', hookCommand('claude_code', 'SessionStart')], { env: { ...scratch.env, PATH } })
  child.stdin.end(
    JSON.stringify({ session_id: id, cwd: scratch.repo, hook_event_name: 'SessionStart', source: 'startup' }),
  )
  let said = ''
  child.stdout.on('data', (text) => {
    said += text
  })
  return new Promise((done) => child.on('close', () => done(said)))
}

function names(): Map<string, string> {
  const folder = join(scratch.channel, 'sessions')
  const records = fs.readdirSync(folder).map((name) => JSON.parse(fs.readFileSync(join(folder, name), 'utf8')))
  return new Map(records.map(({ session_id, name }) => [session_id, name]))
}

it('sixteen sessions that start at the same moment get sixteen names, and keep them when sixteen more come', async () => {
  const first = Array.from({ length: 16 }, (_, at) => `first-${at}`)
  await Promise.all(first.map(start))
  const given = names()
  expect([...given.keys()].sort()).toEqual([...first].sort())
  expect([...given.values()].every((name) => /^claude-\d+$/.test(name))).toBe(true)
  expect(new Set(given.values()).size).toBe(16)
  await Promise.all(Array.from({ length: 16 }, (_, at) => start(`second-${at}`)))
  const all = names()
  expect(new Set(all.values()).size).toBe(32)
  for (const [id, name] of given) expect(all.get(id)).toBe(name)
})
