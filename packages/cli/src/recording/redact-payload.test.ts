import { expect, test } from 'vitest'
import { redactPayload } from './redact-payload.js'

const options = { home: '/Users/ann', user: 'ann' }
const ID = '3f1c9a52-1111-4222-8333-444455556666'

test('folders, ids, names, texts and secrets go; shape, keys and relative paths stay', () => {
  const { payload, redacted } = redactPayload(
    {
      session_id: ID,
      transcript_path: `/Users/ann/.x/${ID}.jsonl`,
      cwd: '/Users/ann/work/thing',
      hook_event_name: 'PreToolUse',
      tool_input: { file_path: '/Users/ann/work/thing/src/a.ts', old_string: 'my words', nested: [{ api_key: 'abc' }] },
      prompt: 'tell bob\nsk-abcdefghijklmnop',
      env: { NOTE: 'mail ann@example.org, see https://ann:pw@example.org/ and ghp_abcdefghijklmnopqrstuv' },
      numbers: [1, true, null],
    },
    options,
  )
  expect(payload).toEqual({
    session_id: '00000000-0000-4000-8000-000000000001',
    transcript_path: '/home/dev/.x/00000000-0000-4000-8000-000000000001.jsonl',
    cwd: '/home/dev/project',
    hook_event_name: 'PreToolUse',
    tool_input: { file_path: '/home/dev/project/src/a.ts', old_string: 'xx xxxxx', nested: [{ api_key: 'redacted' }] },
    prompt: 'xxxx xxx\nxxxxxxxx',
    env: { NOTE: 'mail redacted, see https://example.org/ and redacted' },
    numbers: [1, true, null],
  })
  expect(redacted).toContain('tool_input.nested.0.api_key')
  expect(redacted).not.toContain('hook_event_name')
})

test('of a patch the lines that name files stay', () => {
  const command = '*** Begin Patch\n*** Update File: src/a.ts\n@@\n-old line\n+new line\n*** End Patch\n'
  expect(redactPayload({ tool_input: { command } }, options).payload).toEqual({
    tool_input: { command: '*** Begin Patch\n*** Update File: src/a.ts\n@x\n-xxx xxxx\n+xxx xxxx\n*** End Patch\n' },
  })
})

test('a short or odd user name is no reason to break words', () => {
  expect(redactPayload({ a: 'an ann annex .ann', b: 'x' }, { home: '/', user: 'a' }).payload).toEqual({
    a: 'an ann annex .ann',
    b: 'x',
  })
  expect(redactPayload({ a: 'ann annex' }, options).payload).toEqual({ a: 'dev annex' })
})
