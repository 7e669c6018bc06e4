import { expect, it } from 'vitest'
import { promptLine } from './prompt-line.js'

it.each([
  ['fix the door\nand more', 'fix the door'],
  ['\n\n  two   blanks\t', 'two blanks'],
  ['\u001b[31mred\u001b[0m \u202etext', 'red text'],
  ['/compact', undefined],
  ['<task-notification>x', undefined],
  ['rally: you have a message; it follows with this prompt.', undefined],
  ['   ', undefined],
  ['use sk-proj-abcdef0123456789 for it', 'use *** for it'],
  ['token: hunter2 please', 'token: *** please'],
  ['deploy 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b now', 'deploy *** now'],
  ['read packages/core/src/usecases/status/read-status.ts', 'read packages/core/src/usecases/status/read-status.ts'],
])('%j', (prompt, line) => expect(promptLine(prompt)).toBe(line))

it('is cut at 80 characters, and never through one', () => {
  const line = promptLine('😀'.repeat(500))
  expect(Array.from(line ?? '').length).toBe(80)
})

it('of a very long prompt only the beginning is looked at', () => {
  expect(promptLine('x '.repeat(2_000_000))?.length).toBe(80)
})
