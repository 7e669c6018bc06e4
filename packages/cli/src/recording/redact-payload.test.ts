import { expect, test } from 'vitest'
import { redactPayload } from './redact-payload.js'

const options = { home: '/Users/ann' }
const ID = '3f1c9a52-1111-4222-8333-444455556666'

test('folders, ids, names, texts and secrets go; the shape, names of tools and events, and which paths are the same stay', () => {
  const { payload, redacted } = redactPayload(
    {
      session_id: ID,
      transcript_path: `/Users/ann/.x/${ID}.jsonl`,
      cwd: '/Users/ann/work/thing',
      hook_event_name: 'PreToolUse',
      toolName: 'replace',
      timestamp: '2026-11-30T07:48:21.508Z',
      tool_input: {
        file_path: '/Users/ann/work/thing/src/acme-secret-plan.ts',
        again: 'src/acme-secret-plan.ts',
        old_string: 'my words',
        nested: [{ api_key: 'abc' }],
      },
      whatever: 'tell bob\nsk-abcdefghijklmnop',
      numbers: [1, true, null],
    },
    options,
  )
  expect(payload).toEqual({
    session_id: '00000000-0000-4000-8000-000000000001',
    transcript_path: '/home/dev/.x/name1.jsonl',
    cwd: '/home/dev/project',
    hook_event_name: 'PreToolUse',
    toolName: 'replace',
    timestamp: '2026-11-30T07:48:21.508Z',
    tool_input: {
      file_path: '/home/dev/project/src/name2.ts',
      again: 'src/name2.ts',
      old_string: 'xx xxxxx',
      nested: [{ api_key: 'xxx' }],
    },
    whatever: 'xxxx xxx\nxxxxxxxxxxxxxxxxxxx',
    numbers: [1, true, null],
  })
  expect(redacted).toContain('tool_input.nested.0.api_key')
  expect(redacted).not.toContain('hook_event_name')
})

test('of a patch the lines that name files stay, of a command what it does to files', () => {
  const command = '*** Begin Patch\n*** Update File: src/a.ts\n@@\n-old line\n+new line\n*** End Patch\n'
  expect(redactPayload({ tool_input: { command } }, options).payload).toEqual({
    tool_input: {
      command: '*** Begin Patch\n*** Update File: src/name1.ts\nxx\nxxxx xxxx\nxxxx xxxx\n*** End Patch\n',
    },
  })
  const line = { command: 'git commit -m "the takeover" && echo hunter2 > src/plan.txt' }
  expect(redactPayload(line, options).payload).toEqual({
    command: 'git commit -m "xxx xxxxxxxx" && echo xxxxxxx > src/name1.txt',
  })
})

/** A repeatable source of numbers from 0 to 1. */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

const SECRETS = ['hunter2x', 'Tr0ub4dor', 'acme takeover', 'ghp_0123456789abcdefABCDEF', 'ann.smith@acme.example']
const KEYS = [
  ...['prompt', 'file_path', 'command', 'toolArgs', 'tool_name', 'source', 'cwd', 'env', 'x', 'patch', 'type', 'note'],
  ...['content', 'transcriptPath', 'args', 'input', 'event', 'description', 'unheardOf', 'path', 'model', 'reason'],
]
const AROUND: readonly ((secret: string) => string)[] = [
  (secret) => secret,
  (secret) => `say ${secret} to nobody`,
  (secret) => `/Users/ann/${secret}/file.ts`,
  (secret) => `src/${secret}.ts`,
  (secret) => `curl -H "Authorization: ${secret}" https://x.example > out.txt`,
  (secret) => `*** Update File: ${secret}/a.ts`,
  (secret) => `--password=${secret}`,
  (secret) => `/Users/ann/work/thing/${secret}`,
]

test('of 200 payloads with secrets in random places, keys included, none survives', () => {
  const random = numbers(7)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  let planted = 0
  for (let round = 0; round < 200; round++) {
    const secrets: string[] = []
    const make = (depth: number): unknown => {
      const kind = random()
      if (depth > 3 || kind < 0.5) {
        const secret = `${pick(SECRETS)}${round}z${secrets.length}`
        secrets.push(secret)
        return pick(AROUND)(secret)
      }
      if (kind < 0.65) return [make(depth + 1), make(depth + 1)]
      return Object.fromEntries(
        [0, 1, 2].map(() => {
          if (random() > 0.15) return [pick(KEYS), make(depth + 1)]
          const secret = `${pick(SECRETS)}${round}k${secrets.length}`
          secrets.push(secret)
          return [secret, 1]
        }),
      )
    }
    const fields = Object.fromEntries(KEYS.map((key) => [key, make(0)]))
    const payload = { hook_event_name: 'PreToolUse', ...fields, cwd: '/Users/ann/work/thing' }
    const whole = redactPayload(payload, options)
    const text = JSON.stringify(whole)
    for (const secret of secrets) expect(text, JSON.stringify(payload)).not.toContain(secret)
    for (const secret of SECRETS) expect(text).not.toContain(secret)
    expect(text).not.toMatch(/ann\b|thing/)
    planted += secrets.length
  }
  expect(planted).toBeGreaterThan(4_000)
})
