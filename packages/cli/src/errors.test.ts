import { expect, it } from 'vitest'
import { cliError } from './errors.js'

it('a refusal counts the files of the same fate', () => {
  const refused = (more: unknown) => cliError('HOOK_FILE_REFUSED', { place: 'f', reason: 'r', more }).message
  expect(refused(2)).toBe('f was left as it is: r (and 2 more)')
  for (const none of [undefined, 0, -1, 'x', '2']) expect(refused(none)).toBe('f was left as it is: r')
})
