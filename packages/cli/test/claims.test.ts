import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cleanEnv, runRally, splitWords } from './run-rally.js'

let folder: string
let repo: string

const schemas = new Map<string, { safeParse(value: unknown): { success: boolean; error?: unknown } }>()
beforeAll(async () => {
  for (const name of ['claim', 'claims', 'release'])
    schemas.set(name, (await import(`../../core/dist/model/outputs/${name}.js`)).outputSchema)
})

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'rally claims ')))
  repo = join(folder, 'my shop')
  mkdirSync(join(repo, 'src', 'deep'), { recursive: true })
  execFileSync('git', ['init', '-q', '-b', 'main'], { cwd: repo })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const TOOLS: Readonly<Record<string, string>> = { ann: 'claude_code', bob: 'codex' }

function rally(who: string, line: string, { cwd = repo, env = {} as NodeJS.ProcessEnv } = {}) {
  const identity = who === '' ? {} : { RALLY_SESSION_ID: who, RALLY_TOOL: TOOLS[who] ?? 'tester' }
  return runRally(splitWords(line), { cwd, env: cleanEnv(join(folder, 'home'), { ...identity, ...env }) })
}

function json(who: string, line: string, options = {}) {
  const result = rally(who, `${line} --json`, options)
  const document = JSON.parse(result.stdout)
  expect(schemas.get(line.split(' ')[0] ?? '')?.safeParse(document)).toMatchObject({ success: true })
  return { ...document, exit: result.status }
}

describe('rally claim', () => {
  it('frees files as soon as their session has left, and calls it by its name all the same', () => {
    expect(rally('ann', 'claim src/a.js').status).toBe(0)
    expect(rally('bob', 'claim src/a.js').status).toBe(5)
    // As the hook of its end does it: hooks leave the claims alone.
    rmSync(join(rally('bob', 'where').stdout.trim(), 'sessions', 'ann.json'))
    expect(rally('bob', 'claims --all').stdout).toMatch(/^c1 +claude-1: src\/a\.js/)
    expect(rally('bob', 'claim src/a.js')).toMatchObject({ status: 0, stderr: '' })
  })

  it('keeps files, and tells the next one who has them, why, and until when', () => {
    expect(rally('ann', 'claim "src/**" --why "new cart" --for 30m').stdout).toMatch(
      /^c1: src\/\*\* is yours until [-\d]{10} [:\d]{8}, or 30m00s after the last sign of life\n$/,
    )
    const refused = rally('bob', 'claim src/a.js')
    expect(refused.status).toBe(5)
    expect(refused.stderr).toMatch(
      /"src\/a.js" overlaps "src\/\*\*", which "claude-1" claimed \("new cart"\) until [-\d]{10} [:\d]{8} \[CLAIM_HELD\]\n/,
    )
    expect(refused.stderr.trimEnd().split('\n')).toHaveLength(2)
    expect(json('bob', 'claim lib/ src/a.js')).toMatchObject({
      ok: false,
      exit: 5,
      claimed: false,
      claim: null,
      error: { code: 'CLAIM_HELD', details: { holder: 'claude-1', claim: 'c1' } },
      conflicts: [{ pattern: 'src/a.js', theirs: 'src/**', claim: { why: 'new cart' } }],
    })
    // What the refusal advises can be typed as it stands.
    const advice = /ask: rally (.*)$/m.exec(refused.stderr)?.[1] ?? ''
    expect(rally('bob', advice).status).toBe(0)
    expect(rally('ann', 'inbox read').stdout).toContain('please release src/**')
  })

  it('takes paths from where it is asked, and folders as folders', () => {
    expect(json('ann', 'claim deep ./x.js ../top.md', { cwd: join(repo, 'src') }).claim).toMatchObject({
      patterns: ['src/deep/', 'src/x.js', 'top.md'],
    })
    expect(rally('bob', 'claim src/deep/new.js').status).toBe(5)
    expect(json('ann', 'claim deep x.js ../top.md', { cwd: join(repo, 'src') })).toMatchObject({ renewed: true })
  })

  it('is for another session that is here, and shared where all share', () => {
    expect(rally('ann', 'claim a.js --to bob').status).toBe(3)
    rally('bob', 'presence')
    const { name } = json('ann', 'claim a.js --to bob').claim
    expect(json('ann', `claim a.js --to ${name}`)).toMatchObject({
      renewed: true,
      claim: { session_id: 'bob', by: 'ann', name },
    })
    expect(json('ann', 'claim b.js --shared').exit).toBe(0)
    expect(json('bob', 'claim b.js --shared').exit).toBe(0)
    expect(json('bob', 'claim b.js').exit).toBe(5)
  })

  it('is for people as well: outside of every host the person claims, until the end', () => {
    expect(json('', 'claim a.js').claim).toMatchObject({ session_id: expect.stringMatching(/^human\./), tool: 'human' })
    expect(rally('ann', 'claim a.js').status).toBe(5)
    expect(rally('ann', 'claims').stdout).toMatch(/^c1 {2}\S+: a.js, for another /)
    expect(json('', 'release').released).toHaveLength(1)
    expect(rally('ann', 'claim a.js --for 1s').status).toBe(0)
  })

  it.each([
    'claim',
    'claim ../x',
    'claim /etc/passwd',
    'claim .git/config',
    'claim x --for soon',
    'claim x --for 9d',
    'claim ""',
  ])('%s is a mistake', (line) => {
    const { status, stderr } = rally('ann', line)
    expect([status, stderr.split('\n').length]).toEqual([2, 3])
    expect(rally('ann', 'claims').stdout).toMatch(/^nothing is claimed/)
  })

  it('says by name what was not stored', () => {
    const result = rally('ann', 'claim x', { env: { AGENT_RALLY_APPS_ROOT: '/proc/nowhere' } })
    expect(result.status).toBe(1)
    expect(result.stderr).toMatch(/^error: /)
  })
})

describe('rally claims', () => {
  it('lists what holds, for everybody and for nobody', () => {
    expect(rally('', 'claims')).toMatchObject({
      status: 0,
      stdout: 'nothing is claimed; rally claim --help shows how to keep files\n',
    })
    rally('ann', 'claim "src/**" --why "new\tcart \u001b[31m"')
    rally('bob', 'claim lib/ --shared')
    const { stdout } = rally('bob', 'claims')
    expect(stdout).toMatch(/^c2 {2}you: lib\/ \(shared\), for another /m)
    expect(stdout).toMatch(/^c1 {2}claude-1: src\/\*\*, "new cart", for another /m)
    expect(json('', 'claims')).toMatchObject({
      session_id: expect.stringMatching(/^human\./),
      claims: [{ id: 'c2', holds: true }, { id: 'c1' }],
    })
  })
})

describe('rally release', () => {
  it('gives back the only claim, a named one, a pattern, or all', () => {
    rally('ann', 'claim x.js y.js')
    expect(json('ann', 'release y.js')).toMatchObject({ released: [{ id: 'c1', patterns: ['y.js'] }] })
    expect(rally('ann', 'release').stdout).toBe('released x.js\n')
    rally('ann', 'claim x.js')
    rally('ann', 'claim src')
    const several = rally('ann', 'release')
    expect(several.status).toBe(2)
    expect(several.stderr).toContain('c3 (src/), c2 (x.js)')
    expect(rally('ann', 'release src').stdout).toBe('released src/\n')
    expect(json('ann', 'release c2').exit).toBe(0)
    expect(json('ann', 'release --all')).toMatchObject({ exit: 0, released: [], revision: null })
  })

  it('gives back nothing of others', () => {
    rally('ann', 'claim x.js')
    for (const line of ['release c1', 'release x.js', 'release']) expect(rally('bob', line).status).toBe(3)
    expect(json('bob', 'release --all')).toMatchObject({ released: [] })
    expect(rally('bob', 'release c1 --all').status).toBe(2)
    expect(rally('ann', 'stop').stdout).toContain('gave up: c1')
    expect(rally('bob', 'claim x.js').status).toBe(0)
  })
})
