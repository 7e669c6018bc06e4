import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { cleanEnv, runRally } from './run-rally.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rally local times '))
  mkdirSync(join(folder, 'shop'))
  execFileSync('git', ['init', '-q', '-b', 'main'], { cwd: join(folder, 'shop') })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function rally(who: string, ...args: string[]) {
  const env = { TZ: 'Asia/Tokyo', RALLY_SESSION_ID: who, RALLY_TOOL: 'tester' }
  return runRally(args, { cwd: join(folder, 'shop'), env: cleanEnv(join(folder, 'home'), env) })
}

/** `2026-11-30T20:00:00Z` as a clock on a wall in Tokyo has it, nine hours later all year. */
function inTokyo(utc: string): string {
  return new Date(Date.parse(utc) + 9 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
}

it('ends of claims, leads and standbys are said in the time of this machine; JSON has them in UTC', () => {
  const claimed = rally('ann', 'claim', 'a.js').stdout
  const { ends } = JSON.parse(rally('ann', 'claims', '--json').stdout).claims[0]
  expect(ends).toMatch(/T.*Z$/)
  expect(claimed).toContain(`until ${inTokyo(ends)}, or 2h00m after`)
  const refused = rally('bob', 'claim', 'a.js')
  expect(refused.stderr).toMatch(/ until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \[CLAIM_HELD\]/)
  const { details } = JSON.parse(rally('bob', 'claim', 'a.js', '--json').stdout).error
  expect(details).toMatchObject({ until: expect.stringMatching(/Z$/), end: inTokyo(details.until) })

  const led = rally('ann', 'lead', 'claim').stdout
  const { lead } = JSON.parse(rally('ann', 'lead', 'status', '--json').stdout)
  expect(led).toContain(`until ${inTokyo(lead.lead.lease_until)}`)
  expect(rally('bob', 'lead', 'claim').stderr).toMatch(/held by "tester-\d" /)
  expect(rally('bob', 'lead', 'claim').stderr).toContain(`it ends ${inTokyo(lead.lead.lease_until)};`)

  const owner = ['--reason', 'the build', '--wake-after']
  expect(rally('ann', 'standby', ...owner, '2020-01-01T20:00:00Z').stdout).toContain('until 2020-01-02 05:00:00 ')
  expect(rally('ann', 'wake-due').stdout).toContain('waits since 2020-01-02 05:00:00: ')
  expect(rally('ann', 'wake-due', '--json').stdout).toContain('2020-01-01T20:00:00Z')
})
