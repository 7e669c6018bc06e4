import { expect, it } from 'vitest'
import { unknownCommand } from './unknown-command.js'

const commands = ['status', 'stop', 'inbox read', 'inbox unread', 'heartbeat']

it.each([
  [['statsu'], 'did you mean: rally status'],
  [['inbox', 'raed'], 'did you mean: rally inbox read'],
  [['hartbeat', 'x'], 'did you mean: rally heartbeat'],
  [['frobnicate'], 'rally --help lists the commands'],
])('%j', (words, hint) => {
  expect(unknownCommand(words, commands)).toMatchObject({ code: 'USAGE', exit: 2, hint })
})
