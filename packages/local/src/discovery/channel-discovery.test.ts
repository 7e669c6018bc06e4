import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createScratch, type Scratch } from '../../test/support/scratch.js'
import { appsRootOf } from './apps-root.js'
import { createChannelDiscovery } from './channel-discovery.js'
import { ensureChannel } from './ensure-channel.js'
import { resolveChannelSync } from './resolve-channel.js'

let scratch: Scratch
let env: Record<string, string>
beforeEach(() => {
  scratch = createScratch()
  env = { HOME: scratch.path('home'), PATH: process.env.PATH ?? '', AGENT_RALLY_APPS_ROOT: scratch.path('apps') }
})
afterEach(() => scratch.dispose())

describe('appsRootOf', () => {
  const HOME = '/nonexistent/home'

  it('takes the first that is not empty: own variable, the older one, the configuration, the default', () => {
    const all = { HOME, AGENT_RALLY_APPS_ROOT: '/one', BUILD_LOOP_APPS_ROOT: '/two' }
    expect(appsRootOf(all, '/three')).toBe('/one')
    expect(appsRootOf({ ...all, AGENT_RALLY_APPS_ROOT: '' }, '/three')).toBe('/two')
    expect(appsRootOf({ HOME }, '/three')).toBe('/three')
    expect(appsRootOf({ HOME })).toBe(`${HOME}/.agent-rally-point/apps`)
  })

  it('expands a leading ~ and resolves links of the part that exists', () => {
    expect(appsRootOf({ HOME, BUILD_LOOP_APPS_ROOT: '~/rooms' })).toBe(`${HOME}/rooms`)
    expect(appsRootOf({ HOME, AGENT_RALLY_APPS_ROOT: '~' })).toBe(HOME)
    expect(appsRootOf({ HOME }, '~/rooms')).toBe(`${HOME}/rooms`)
    symlinkSync(scratch.mkdir('real'), scratch.path('link'))
    expect(appsRootOf({ AGENT_RALLY_APPS_ROOT: scratch.path('link/not/yet') })).toBe(scratch.path('real/not/yet'))
  })
})

describe('resolveChannelSync', () => {
  it('gives the main checkout, subfolders and all working trees one room and creates nothing', () => {
    const repo = scratch.repository('Demo App')
    const tree = scratch.path('trees/feature')
    scratch.git(repo, ['worktree', 'add', '-q', '-b', 'feature', tree])
    mkdirSync(join(repo, 'workers/deep'), { recursive: true })
    const dirs = [repo, join(repo, 'workers'), join(repo, 'workers/deep'), tree]
    for (const dir of dirs) {
      expect(resolveChannelSync(dir, env)).toEqual({
        app: 'demo-app',
        dir: scratch.path('apps/demo-app'),
        appsRoot: scratch.path('apps'),
        repoRoot: repo,
        worktree: dir === tree ? tree : repo,
        commonDir: join(repo, '.git'),
        resolvedVia: 'build-loop-internal',
        resolvedViaDetail: 'build-loop-internal',
        channelLayout: 'legacy',
        policy: 'legacy-only',
        protocolVersion: '1.0',
        legacyChannelDir: scratch.path('apps/demo-app'),
      })
    }
    expect(existsSync(scratch.path('apps'))).toBe(false)
  })

  it('gives a submodule a room of its own', () => {
    const library = scratch.repository('library')
    const repo = scratch.repository('app')
    scratch.git(repo, ['submodule', '--quiet', 'add', library, 'lib'])
    const sub = resolveChannelSync(join(repo, 'lib'), env)
    expect(sub.app).toBe('modules')
    expect(sub.worktree).toBe(join(repo, 'lib'))
    expect(resolveChannelSync(repo, env).app).toBe('app')
  })

  it('keeps the submodules of one repository apart, and the first of them in the room that the Python system knows', () => {
    const repo = scratch.repository('app')
    for (const name of ['one', 'two'])
      scratch.git(repo, ['submodule', '--quiet', 'add', scratch.repository(`library-${name}`), name])
    const [one, two] = ['one', 'two'].map((name) => ensureChannel(resolveChannelSync(join(repo, name), env)))
    expect(one?.app).toBe('modules')
    expect(two?.app).toMatch(/^modules-[0-9a-f]{8}$/)
    for (const name of ['one', 'two']) {
      const common = scratch.git(join(repo, name), ['rev-parse', '--path-format=absolute', '--git-common-dir']).trim()
      expect(resolveChannelSync(join(repo, name), env)).toMatchObject({ commonDir: common, repoRoot: dirname(common) })
    }
  })

  it('works in a repository whose name the Python system has no room for', () => {
    expect(resolveChannelSync(scratch.repository('.dotfiles'), env).app).toBe('dotfiles')
    expect(resolveChannelSync(scratch.repository('日本語'), env).app).toBe('repository')
  })

  it('refuses outside a repository, a missing folder and a stale working tree', () => {
    const repo = scratch.repository('app')
    const tree = scratch.path('tree')
    scratch.git(repo, ['worktree', 'add', '-q', '-b', 'side', tree])
    rmSync(repo, { recursive: true })
    expect(() => resolveChannelSync(scratch.dir, env)).toThrowError(
      expect.objectContaining({ code: 'NOT_A_REPOSITORY', exit: 2 }),
    )
    expect(() => resolveChannelSync(tree, env)).toThrowError(/points to no repository/)
    for (const missing of [scratch.path('gone'), 'a\0b']) {
      expect(() => resolveChannelSync(missing, env)).toThrowError(
        expect.objectContaining({ code: 'WORKDIR_MISSING', exit: 2 }),
      )
    }
  })

  it('takes the folder of a file that is named as workdir', () => {
    const repo = scratch.repository('app')
    expect(resolveChannelSync(join(repo, 'a.txt'), env).worktree).toBe(repo)
  })

  it('follows a channel link inside the apps root and refuses one that leads out of it', () => {
    const repo = scratch.repository('app')
    scratch.mkdir('apps/other')
    symlinkSync('other', scratch.path('apps/app'))
    expect(resolveChannelSync(repo, env)).toMatchObject({ app: 'app', dir: scratch.path('apps/other') })
    for (const target of [scratch.mkdir('apps-evil'), '.', scratch.dir]) {
      rmSync(scratch.path('apps/app'))
      symlinkSync(target, scratch.path('apps/app'))
      expect(() => resolveChannelSync(repo, env), target).toThrowError(
        expect.objectContaining({ code: 'CHANNEL_ESCAPES', exit: 5 }),
      )
    }
    rmSync(scratch.path('apps/app'))
    symlinkSync('nothing', scratch.path('apps/app'))
    expect(() => resolveChannelSync(repo, env)).toThrowError(expect.objectContaining({ code: 'CHANNEL_UNUSABLE' }))
  })

  it('refuses a channel that is a file', () => {
    scratch.write('apps/app', 'x')
    expect(() => resolveChannelSync(scratch.repository('app'), env)).toThrowError(
      expect.objectContaining({ code: 'CHANNEL_UNUSABLE' }),
    )
  })
})

describe('createChannelDiscovery', () => {
  it('takes the apps root of the configuration below the environment, and reads it only when it counts', async () => {
    const repo = scratch.repository('app')
    const appsRoot = async () => scratch.path('configured')
    const never = async () => Promise.reject(new Error('not asked for'))
    const { AGENT_RALLY_APPS_ROOT: _, ...bare } = env
    expect((await createChannelDiscovery({ env: bare, appsRoot }).resolve(repo)).appsRoot).toBe(
      scratch.path('configured'),
    )
    expect((await createChannelDiscovery({ env, appsRoot: never }).resolve(repo)).appsRoot).toBe(scratch.path('apps'))
  })

  it('lists channels by name and leaves out what is none', async () => {
    const discovery = createChannelDiscovery({ env })
    expect(await discovery.list()).toEqual([])
    for (const app of ['zeta', 'alpha', '_unscoped', '.hidden', 'alpha-0011aabb']) scratch.mkdir(`apps/${app}`)
    scratch.write('apps/file', 'x')
    symlinkSync('/', scratch.path('apps/out'))
    symlinkSync('alpha', scratch.path('apps/within'))
    symlinkSync('nothing', scratch.path('apps/dangling'))
    const channels = await discovery.list()
    expect(channels.map(({ app }) => app)).toEqual(['_unscoped', 'alpha', 'alpha-0011aabb', 'within', 'zeta'])
    expect(channels[1]).toMatchObject({ dir: scratch.path('apps/alpha'), repoRoot: null, worktree: null })
  })

  it('asks git where files may not be read', async () => {
    const repo = scratch.repository('app')
    const sub = join(repo, 'sub')
    mkdirSync(sub)
    symlinkSync('.git', join(sub, '.git'))
    expect(() => resolveChannelSync(sub, env)).toThrowError(expect.objectContaining({ code: 'NOT_A_REPOSITORY' }))
    const channel = await createChannelDiscovery({ env }).resolve(sub)
    expect(channel).toMatchObject({ app: 'app', repoRoot: repo, worktree: repo, commonDir: join(repo, '.git') })
    await expect(createChannelDiscovery({ env: { ...env, PATH: '' } }).resolve(sub)).rejects.toMatchObject({
      code: 'NOT_A_REPOSITORY',
    })
  })

  describe('with AGENT_RALLY_DISCOVER', () => {
    function resolver(body: string): string {
      const path = scratch.write('discover.sh', `#!/bin/sh\n${body}\n`)
      chmodSync(path, 0o755)
      return path
    }
    const having = (body: string, more: Record<string, string> = {}) =>
      createChannelDiscovery({ env: { ...env, AGENT_RALLY_DISCOVER: resolver(body), ...more } })

    it('adopts the channel that the program names, run in the repository root', async () => {
      const repo = scratch.repository('app')
      mkdirSync(join(repo, 'sub'))
      const dir = scratch.path('native')
      const discovery = having(
        `[ "$1" = --json ] && [ -z "$AGENT_RALLY_DISCOVER" ] && pwd > '${scratch.path('cwd')}' && echo '{"channel_dir":"${dir}","app_slug":"zz","policy":"migration","protocol_version":"2.1","channel_layout":"canonical","legacy_channel_dir":"/legacy"}'`,
      )
      expect(await discovery.resolve(join(repo, 'sub'))).toMatchObject({
        app: 'zz',
        dir,
        resolvedVia: 'agent-rally-point',
        resolvedViaDetail: 'env-override',
        policy: 'migration',
        channelLayout: 'canonical',
        protocolVersion: '2.1',
        legacyChannelDir: '/legacy',
        commonDir: null,
        repoRoot: repo,
      })
      expect(existsSync(scratch.path('cwd'))).toBe(true)
      expect(existsSync(dir)).toBe(false)
    })

    it('refuses another protocol, but shows it to who asks for that', async () => {
      const repo = scratch.repository('app')
      const discovery = having(`echo '{"channel_dir":"/x","app_slug":"zz","protocol_version":"3.0"}'`)
      await expect(discovery.resolve(repo)).rejects.toMatchObject({ code: 'CHANNEL_UNAVAILABLE', exit: 1 })
      expect(await discovery.resolve(repo, { evenUnavailable: true })).toMatchObject({
        app: 'zz',
        coordinationUnavailable: 'incompatible_protocol',
        channelLayout: 'unknown',
      })
    })

    it.each([
      ['"1"', '1'],
      ['"2"', '2'],
      ['2', '2'],
      ['2.0', '2'],
      ['"2.9.9"', '2.9.9'],
      ['null', '1.0'],
      ['""', '1.0'],
    ])('understands a resolver of protocol version %s', async (version, shown) => {
      const discovery = having(`echo '{"channel_dir":"/x","app_slug":"zz","protocol_version":${version}}'`)
      const channel = await discovery.resolve(scratch.repository('app'))
      expect(channel).toMatchObject({ app: 'zz', protocolVersion: shown })
      expect(channel.coordinationUnavailable).toBeUndefined()
    })

    it('understands a resolver that names no protocol version', async () => {
      const discovery = having(`echo '{"channel_dir":"/x","app_slug":"zz"}'`)
      expect(await discovery.resolve(scratch.repository('app'))).toMatchObject({ app: 'zz', protocolVersion: '1.0' })
    })

    it.each([
      ['fails', 'exit 3', /ended with 3/],
      ['says nothing', ':', /names no channel/],
      ['names a relative folder', `echo '{"channel_dir":"x","app_slug":"a"}'`, /names no channel/],
      ['hangs', 'sleep 30', /took too long/],
    ])('falls back on the embedded resolver and says so when the program %s', async (_, body, reason) => {
      const repo = scratch.repository('app')
      const channel = await having(body, { RALLY_HOOK_BUDGET_MS: '1' }).resolve(repo)
      expect(channel).toMatchObject({ app: 'app', resolvedVia: 'build-loop-internal' })
      expect(channel.resolvedViaDetail).toMatch(reason)
    })

    it('does not run it when told to stay internal, nor outside a repository', async () => {
      const repo = scratch.repository('app')
      const trace = `touch '${scratch.path('ran')}'`
      await having(trace, { BUILD_LOOP_BRIDGE_INTERNAL_ONLY: '1' }).resolve(repo)
      await expect(having(trace).resolve(scratch.dir)).rejects.toMatchObject({ code: 'NOT_A_REPOSITORY' })
      expect(readdirSync(scratch.dir)).not.toContain('ran')
    })
  })
})
