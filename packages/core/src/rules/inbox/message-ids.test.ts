import { expect, it } from 'vitest'
import { eventIdOfMessage } from './message-ids.js'

it('a message id carries the id of its record', () => {
  const eventId = eventIdOfMessage('my_tool-1795000000123-0123456789ab')
  expect(eventId).toBe('blf_01a1ee565e7b0123456789ab')
  expect(eventId).toHaveLength('blf_'.length + 24)
})

it.each(['codex-1795000000123', 'fixed', '', 'x-12-XYZ'])('an id of others carries none: %s', (id) => {
  expect(eventIdOfMessage(id)).toBeUndefined()
})
