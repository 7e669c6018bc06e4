import { expect, it } from 'vitest'
import { PLAIN_STYLE } from '../../terminal.js'
import { describeHearers } from './sent.js'
import { renderTraced } from './traced.js'

const SCREEN = { isTty: false, columns: undefined, style: PLAIN_STYLE, now: 1000 }

it('says of mail to people that it waits for a person, and when one sees it', () => {
  const message = { id: 'm', event_id: 'e', number: 4, ts: 990, from: 'codex', session_id: 'c', to_session_id: null }
  const mail = (to: string) => ({ ...message, to, kind: 'message', text: 'hi', reply_to: null, requires_ack: false })
  const shown = (to: string) =>
    renderTraced([{ message: mail(to) as never, sender: 'codex-1', recipients: [] }], SCREEN).split('\n')[1]
  expect(shown('human')).toBe('  stored for a person, not told yet')
  expect(shown('codex')).toBe('  nobody was there; stored for those who come')
  const person = { session_id: null, tool: 'human', state: 'person', hears: 'at-start' } as const
  expect(describeHearers([{ ...person, name: null }])).toBe('; a person sees it in rally status')
  expect(describeHearers([{ ...person, name: 'ann' }])).toBe('; ann sees it in rally status')
})
