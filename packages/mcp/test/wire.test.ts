import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RALLY, World } from '../../../test/support/world.js'
import { Host } from './support/host.js'

// What goes over the pipes, whatever comes in.

let world: World
beforeAll(() => {
  world = new World()
})
afterAll(() => world.remove())

const START = [
  {
    ...{ jsonrpc: '2.0', id: 1, method: 'initialize' },
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
  },
  { jsonrpc: '2.0', method: 'notifications/initialized' },
]
const call = (id: number, name: string, args: object = {}) => ({
  ...{ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } },
})

function server(...args: string[]): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [RALLY, 'mcp', ...args], { cwd: world.repo, env: world.env })
}

interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly messages: readonly { id?: unknown; result?: unknown; error?: { code: number } }[]
  readonly stderr: string
}

async function feed(input: string | Buffer, ...args: string[]): Promise<Ended> {
  const child = server(...args)
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  child.stdin.end(input)
  const [code, signal] = await once(child, 'close')
  const messages = stdout.split('\n').filter((line) => line !== '')
  return { code, signal, stderr, messages: messages.map((line) => JSON.parse(line)) }
}

const lines = (...messages: unknown[]) => messages.map((message) => `${JSON.stringify(message)}\n`).join('')

describe('the end of input', () => {
  it('ends the server with 0, and what was asked before is answered', async () => {
    const { code, stderr, messages } = await feed(
      lines(...START, call(2, 'room'), { ...START[0], id: 3, method: 'tools/list' }),
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(messages.map(({ id }) => id).sort()).toEqual([1, 2, 3])
    expect(messages.every((message) => 'result' in message)).toBe(true)
  })

  it('at once, or in the middle of a line, ends it as well', async () => {
    expect(await feed('')).toMatchObject({ code: 0, messages: [], stderr: '' })
    expect(await feed(`${lines(...START)}{"jsonrpc":"2.0","id":2,`)).toMatchObject({ code: 0, stderr: '' })
  })

  it('takes back what waits', async () => {
    const wait = call(2, 'messages', { wait: 50 })
    const { code, messages } = await feed(lines(...START, wait), '--session-id', 's', '--tool', 't')
    expect(code).toBe(0)
    expect(messages).toHaveLength(2)
  })

  it('a client that is gone ends it too', async () => {
    const child = server()
    child.stdin.write(lines(...START))
    await once(child.stdout, 'data')
    child.stdout.destroy()
    child.stdin.write(lines({ jsonrpc: '2.0', id: 2, method: 'tools/list' }, call(3, 'room')))
    child.stdin.end()
    const [code, signal] = await once(child, 'close')
    expect({ code, signal }).toEqual({ code: 0, signal: null })
  })

  it('a signal ends it with the code of the signal', async () => {
    const child = server()
    child.stdin.write(lines(...START))
    await once(child.stdout, 'data')
    child.kill('SIGTERM')
    const [code] = await once(child, 'exit')
    expect(code).toBe(143)
  })
})

describe('malformed input', () => {
  it('of 10,000 lines ends nothing and is answered where it names a request', async () => {
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      'null',
      '"id"',
      '"jsonrpc"',
      '2.0',
      '\u0000',
      '\\u0000',
      'é',
      '"method"',
    ]
    const line = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 12 }).map((drawn) => drawn.join(''))
    const rubbish = fc.sample(line, { numRuns: 9_990, seed: 20_261_130 })
    const known = [
      '[]',
      '5',
      '"text"',
      '{"jsonrpc":"2.0"}',
      '{"jsonrpc":"1.0","id":11,"method":"tools/list"}',
      '{"jsonrpc":"2.0","id":12,"method":7}',
      '{"jsonrpc":"2.0","id":{"a":1},"method":"tools/list"}',
      '{"jsonrpc":"2.0","id":13,"result":{}}',
      `${'['.repeat(100_000)}`,
      '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":99}}',
    ]
    const input = `${lines(...START)}${[...rubbish, ...known].join('\n')}\n${lines(call(2, 'room'))}`
    const { code, stderr, messages } = await feed(input)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(messages.find(({ id }) => id === 2)).toHaveProperty('result')
    expect(messages.find(({ id }) => id === 12)?.error?.code).toBe(-32_600)
    expect(messages.filter(({ result }) => result !== undefined)).toHaveLength(2)
  })

  it('a line of any length is passed over', async () => {
    const long = `{"jsonrpc":"2.0","id":5,"method":"${'x'.repeat(6 * 1024 * 1024)}"}\n`
    const { code, messages } = await feed(`${lines(...START)}${long}${lines(call(2, 'room'))}`)
    expect(code).toBe(0)
    expect(messages.map(({ id }) => id).sort()).toEqual([1, 2])
  })

  it('bytes that are no text, blank lines and carriage returns do no harm', async () => {
    const bytes = Buffer.concat([
      Buffer.from(lines(...START)),
      Buffer.from([0xff, 0xfe, 0x00, 0x0a, 0x0d, 0x0a, 0x0a, 0xc3, 0x0a]),
      Buffer.from(lines(call(2, 'room')).replace('\n', '\r\n')),
    ])
    expect((await feed(bytes)).messages.find(({ id }) => id === 2)).toHaveProperty('result')
  })

  it('a question of a newer protocol is answered as unknown', async () => {
    const { messages } = await feed(
      lines({ jsonrpc: '2.0', id: 'probe', method: 'server/discover', params: {} }, ...START),
    )
    expect(messages.find(({ id }) => id === 'probe')?.error?.code).toBe(-32_601)
    expect(messages.find(({ id }) => id === 1)).toHaveProperty('result')
  })

  it('a call before the start, or without arguments, is answered', async () => {
    const bare = { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'room' } }
    const broken = { jsonrpc: '2.0', id: 3, method: 'tools/call', params: { name: 'room', arguments: [1] } }
    const { messages } = await feed(lines(bare, broken, ...START))
    expect(messages.find(({ id }) => id === 2)).toHaveProperty('result')
    expect(messages.find(({ id }) => id === 3)).toHaveProperty('error')
  })
})

describe('calls', () => {
  it('that are taken back end at once, and the server goes on', async () => {
    const host = await Host.start(world, { args: ['--session-id', 'waiter', '--tool', 't'] })
    const taken = new AbortController()
    const waiting = host.client.callTool({ name: 'messages', arguments: { wait: 50 } }, undefined, {
      signal: taken.signal,
      onprogress: () => taken.abort('enough'),
    })
    await expect(waiting).rejects.toThrow('enough')
    expect((await host.call('room')).isError).toBe(false)
    await host.close()
  })

  it('of two clients at once, and many of one, are all answered and all stored', async () => {
    const clients = await Promise.all(
      ['left', 'right'].map((id) => Host.start(world, { args: ['--session-id', id, '--tool', id] })),
    )
    const told = await Promise.all(
      clients.flatMap((host, client) =>
        Array.from({ length: 10 }, (_, at) => host.call('tell', { to: 'all', text: `${client}-${at}` })),
      ),
    )
    expect(told.filter(({ isError }) => isError)).toEqual([])
    const numbers = told.map(({ text }) => /^#(\d+)/.exec(text)?.[1])
    expect(new Set(numbers).size).toBe(20)
    for (const host of clients) await host.close()
  })
})

describe('the command line', () => {
  it('says a wrong flag on stderr, with exit 2', async () => {
    expect(await feed('', '--no-such-flag')).toMatchObject({
      code: 2,
      messages: [],
      stderr: expect.stringContaining('--no-such-flag'),
    })
  })
})
