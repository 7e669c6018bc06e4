import assert from 'node:assert/strict'
import { hostContract } from '@rally/conformance'
import { createHostApi } from '@rally/core/moments'
import { defineHost } from '@rally/plugin-kit'
import { describe, expect, it } from 'vitest'

// A host as some are: it takes what a hook prints as the text for its model, knows refusals by exit code alone, keeps all of its
// hooks in one list, and names the files of a call in a list.

const factory = defineHost({
  id: 'slate',
  title: 'Slate',
  shortName: 'slate',
  aliases: [],
  marks: { sessionVariables: ['SLATE_SESSION'] },
  events: { Begin: 'session-start', Prompt: 'prompt', Write: 'before-edit', Stop: 'turn-end' },
  edited: ({ api, payload }) => api.list(payload.files).map((file) => api.str(file)),
  capabilities: {
    context: ['session-start', 'prompt'],
    deny: true,
    textLimit: 4000,
    timeoutUnit: 's',
    children: false,
  },
  answers: { context: 'plain', refusesByExit: 2 },
  hooks: {
    file: { path: '.slate/hooks.json', dialect: 'json', empty: '{"version":"v1","hooks":[]}\n' },
    at: () => ['hooks'],
    entry: (command, { event, timeout }) => ({ trigger: event, action: { command }, timeout }),
    timeout: 5,
    events: ['Begin', 'Prompt', 'Write', 'Stop'],
  },
})

const common = { session_id: 's-1', cwd: '/home/dev/project' }
const fixture = (event: string, name: 'session-start' | 'prompt' | 'before-edit' | 'turn-end', more: object = {}) => ({
  ...{ name: event, event, payload: { ...common, hook_event_name: event, ...more }, moment: { name } },
})

hostContract({ describe, it }, factory, {
  fixtures: [
    fixture('Begin', 'session-start'),
    fixture('Prompt', 'prompt', { prompt: 'go' }),
    fixture('Write', 'before-edit', { files: ['/home/dev/project/a.txt'] }),
    fixture('Stop', 'turn-end'),
  ],
  environments: { inside: [{ env: { SLATE_SESSION: 's-1' }, sessionId: 's-1' }], outside: [{}] },
  refuses: () => undefined,
})

it('prints the text as it is, refuses by exit code, and has all hooks in one list', () => {
  const adapter = factory(createHostApi())
  expect(adapter.capabilities).toMatchObject({ plainText: true, refusesByExit: 2 })
  expect(adapter.configFiles[0]?.entries.map(({ at }) => at)).toEqual([['hooks'], ['hooks'], ['hooks'], ['hooks']])
  const prompt = adapter.parse('Prompt', { ...common, hook_event_name: 'Prompt', prompt: 'go' }, {})
  const write = { name: 'before-edit', event: 'Write' } as const
  assert.ok(prompt)
  expect(adapter.render(prompt, { context: 'a "text"\nof two lines' })).toEqual({ stdout: 'a "text"\nof two lines' })
  expect(adapter.render(write, { context: 'lost' })).toEqual({ stdout: '' })
  expect(adapter.render(write, { context: 'why', deny: { reason: 'held' } })).toEqual({
    ...{ stdout: '', stderr: 'held\n\nwhy', exitCode: 2 },
  })
})
