import type { Moment, MomentName } from '@rally/core/model/moment'
import type { HostAdapter, HostAdapterFactory, HostApi } from '@rally/core/ports/host'
import type { JsonObject } from '@rally/core/readers'
import { describe, expect, it } from 'vitest'
import { type HostContractOptions, hostContract } from './host-contract.js'

const MOMENTS = new Map<string, MomentName>([
  ['Start', 'session-start'],
  ['Edit', 'before-edit'],
])

/** The smallest adapter that keeps the contract. */
const good: HostAdapterFactory = (api) =>
  Object.freeze({
    api: 1,
    id: 'tiny',
    title: 'Tiny',
    capabilities: {
      moments: ['session-start', 'before-edit'],
      context: ['session-start', 'before-edit'],
      deny: true,
      textLimit: 1000,
      timeoutUnit: 's',
      children: false,
    },
    configFiles: [
      {
        scope: 'project',
        path: '.tiny/hooks.json',
        dialect: 'json',
        empty: '{}',
        entries: [{ at: ['Edit'], event: 'Edit', value: { run: api.hookCommand('tiny', 'Edit'), timeout: 5 } }],
        trustSteps: [],
        restart: [],
      },
    ],
    textFiles: [],
    identify: (env) => (env.TINY ? { sessionId: env.TINY } : undefined),
    parse: (event, payload) => parse(api, event, payload),
    render: ({ event }, { context, deny }) => {
      if (!MOMENTS.has(event)) return { stdout: '' }
      if (deny && event === 'Edit') {
        return { stdout: JSON.stringify({ decision: 'deny', reason: api.clip(deny.reason || 'no', 1000) }) }
      }
      return { stdout: context ? JSON.stringify({ text: api.clip(context, 1000) }) : '' }
    },
  } satisfies HostAdapter)

function parse(api: HostApi, event: string, payload: JsonObject): Moment | undefined {
  const name = MOMENTS.get(event)
  const sessionId = api.str(payload.id)
  const cwd = api.str(payload.cwd)
  if (name === undefined || payload.event !== event || sessionId === '' || cwd === '') return undefined
  const path = api.str(payload.file)
  if (name === 'session-start') return { name, event, sessionId, cwd }
  return path === '' ? undefined : { name, event, sessionId, cwd, paths: [path] }
}

const OPTIONS: HostContractOptions = {
  fixtures: [
    {
      name: 'start',
      event: 'Start',
      payload: { event: 'Start', id: 's', cwd: '/p' },
      moment: { name: 'session-start' },
    },
    {
      name: 'edit',
      event: 'Edit',
      payload: { event: 'Edit', id: 's', cwd: '/p', file: 'a' },
      moment: { name: 'before-edit', paths: ['a'] },
    },
    { name: 'of another', event: 'Edit', payload: { event: 'Edit', other: true }, moment: null },
  ],
  environments: { inside: [{ env: { TINY: 's' }, sessionId: 's' }], outside: [{ OTHER: 's' }] },
  refuses: () => undefined,
}

/** Runs the suite with a runner of our own; answers the names of the tests that fail. */
async function failures(factory: HostAdapterFactory, options: HostContractOptions = OPTIONS): Promise<string[]> {
  const tests: Array<[name: string, body: () => unknown]> = []
  const runner = {
    describe: (_name: string, body: () => void) => body(),
    it: (name: string, body: () => unknown) => tests.push([name, body]),
  }
  hostContract(runner, factory, options)
  const failed: string[] = []
  for (const [name, body] of tests) {
    try {
      await body()
    } catch {
      failed.push(name)
    }
  }
  expect(tests.length).toBeGreaterThan(25)
  return failed
}

const withChange =
  (change: (adapter: HostAdapter) => object): HostAdapterFactory =>
  (api) => {
    const adapter = good(api)
    return Object.freeze({ ...adapter, ...change(adapter) })
  }

const withCapability = (change: object): HostAdapterFactory =>
  withChange(({ capabilities }) => ({ capabilities: { ...capabilities, ...change } }))

const withEntry = (change: object): HostAdapterFactory =>
  withChange(({ configFiles }) => ({
    configFiles: configFiles.map((file) => ({
      ...file,
      entries: file.entries.map((entry) => ({ ...entry, value: { ...Object(entry.value), ...change } })),
    })),
  }))

describe('the host contract', () => {
  it('passes the smallest adapter that keeps it', async () => {
    expect(await failures(good)).toEqual([])
  })

  const faults: ReadonlyArray<readonly [what: string, factory: HostAdapterFactory, test: RegExp]> = [
    ['another api', withChange(() => ({ api: 2 })), /this version of the contract/],
    ['an odd id', withChange(() => ({ id: 'Tiny-1' })), /has an id/],
    ['a short name of two words', withChange(() => ({ shortName: 'tiny one' })), /short name/],
    ['the same word twice', withChange(() => ({ aliases: ['wee', 'wee'] })), /short name/],
    ['a variable that nobody can set', withChange(() => ({ marks: { sessionVariables: ['A-B'] } })), /has marks/],
    ['an open object', (api) => ({ ...good(api) }), /is frozen/],
    ['data that changes', withChange(() => ({ title: `Tiny ${Math.random()}` })), /made anew/],
    ['an unknown moment', withCapability({ moments: ['session-start', 'lunch'] }), /known moments/],
    ['text at a moment that it has not', withCapability({ context: ['prompt'] }), /speak only at moments/],
    [
      'a moment that no payload gives',
      withCapability({ moments: ['session-start', 'before-edit', 'prompt'] }),
      /reach every/,
    ],
    [
      'a moment that it does not declare',
      withCapability({ moments: ['before-edit'], context: [] }),
      /session-start|reach every/,
    ],
    ['no limit', withCapability({ textLimit: Number.NaN }), /usable text limit/],
    [
      'an absolute file',
      withChange(({ configFiles }) => ({ configFiles: configFiles.map((f) => ({ ...f, path: '/etc/x' })) })),
      /relative paths/,
    ],
    [
      'a broken empty file',
      withChange(({ configFiles }) => ({ configFiles: configFiles.map((f) => ({ ...f, empty: '{' })) })),
      /empty content/,
    ],
    ['a command of its own', withEntry({ run: 'rally-hook tiny Edit' }), /one command line/],
    ['two commands', withEntry({ also: 'rally-hook tiny Edit' }), /one command line/],
    ['a comment in an entry', withEntry({ note: 'see http://x' }), /one command line/],
    ['milliseconds for seconds', withEntry({ timeout: 5000 }), /timeouts in the declared unit/],
    [
      'identity from a shared variable',
      withChange(() => ({
        identify: (env: JsonObject) => (env.CLAUDE_PROJECT_DIR || env.TINY ? { sessionId: 's' } : undefined),
      })),
      /not its own/,
    ],
    ['blind identity', withChange(() => ({ identify: () => undefined })), /own environment/],
    [
      'a throwing parse',
      withChange(({ parse: p }) => ({
        parse: (...args: Parameters<typeof p>) => {
          args[1].id?.toString().trim()
          ;(args[1].cwd as string).trim()
          return p(...args)
        },
      })),
      /unknown events|damaged/,
    ],
    [
      'half a moment',
      withChange(({ parse: p }) => ({
        parse: (...args: Parameters<typeof p>) => {
          const moment = p(...args)
          return moment?.paths ? { ...moment, paths: [] } : moment
        },
      })),
      /edit/,
    ],
    ['a deaf parse', withChange(() => ({ parse: () => undefined })), /is session-start/],
    [
      'a parse that hears everything',
      withChange(({ parse: p }) => ({
        parse: (event: string, payload: JsonObject, env: object) =>
          p(event, payload, env as never) ?? { name: 'session-start', event, sessionId: 's', cwd: '/' },
      })),
      /not for rally/,
    ],
    [
      'a payload that is changed',
      withChange(({ parse: p }) => ({
        parse: (event: string, payload: JsonObject, env: object) => {
          payload.seen = true
          return p(event, payload, env as never)
        },
      })),
      /changes neither/,
    ],
    ['a silent render', withChange(() => ({ render: () => ({ stdout: '' }) })), /gives text/],
    ['a talkative render', withChange(() => ({ render: () => ({ stdout: '{"text":"hello"}' }) })), /nothing to say/],
    [
      'text that is not JSON',
      withChange(() => ({ render: (_: object, { context }: { context?: string }) => ({ stdout: context ?? '' }) })),
      /gives text|one JSON object/,
    ],
    [
      'text that is too long',
      withChange(() => ({
        render: (_: object, { context }: { context?: string }) => ({
          stdout: context ? JSON.stringify({ context }) : '',
        }),
      })),
      /declared limit/,
    ],
    [
      'half characters',
      withChange(({ render }) => ({
        render: (...args: Parameters<typeof render>) => {
          const { context } = args[1]
          return context && context.length < 900 ? { stdout: JSON.stringify({ context }) } : render(...args)
        },
      })),
      /accepts it/,
    ],
    ['a denial that it does not declare', withCapability({ deny: false }), /denies an edit/],
    [
      'a denial that is missing',
      withChange(({ render }) => ({
        render: (...[moment, { context }]: Parameters<typeof render>) => render(moment, context ? { context } : {}),
      })),
      /denies an edit/,
    ],
    [
      'a denial without reason',
      withChange(({ render }) => ({
        render: (...args: Parameters<typeof render>) =>
          args[1].deny && args[0].event === 'Edit' ? { stdout: '{"decision":"deny"}' } : render(...args),
      })),
      /denies an edit/,
    ],
  ]
  for (const [what, factory, test] of faults) {
    it(`notices ${what}`, async () => {
      expect((await failures(factory)).join('\n')).toMatch(test)
    })
  }

  it("applies the host's own rules", async () => {
    const refuses = (_event: string, stdout: string) => (stdout.includes('"text"') ? 'no text here' : undefined)
    expect(await failures(good, { ...OPTIONS, refuses })).toEqual([
      'is one JSON object, the text itself where that is declared, or nothing, and the host accepts it',
    ])
  })
})
