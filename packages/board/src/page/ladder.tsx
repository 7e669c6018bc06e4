import { storedWords } from '@rally/core/rules/inbox/stored-words'
import type { BoardMessage } from '../stream/room-news.js'
import { age, clock } from './words.js'

type Recipient = BoardMessage['recipients'][number]
const STEPS = ['stored', 'told', 'acknowledged', 'answered'] as const
const MOST = 6

/** How far a message got with each recipient: stored, told, acknowledged, answered. */
export function Ladder({ recipients, to, now }: Pick<BoardMessage, 'recipients' | 'to'> & { readonly now: number }) {
  if (recipients.length === 0) return <p class="none">{storedWords(to)}</p>
  return (
    <ul class="ladders">
      {recipients.slice(0, MOST).map((one) => (
        <li key={one.session_id}>
          <bdi class="who">{one.name}</bdi>
          <ol class="ladder" aria-label={`How far it got with ${one.name}`}>
            {STEPS.map((step) => (
              <li key={step} class={reached(one, step) ? 'is-reached' : ''}>
                {step}
                <span class="unseen">{reached(one, step) ? '' : ', not yet'}</span>
                {timeOf(one, step) !== null && <span class="age"> {clock(timeOf(one, step))}</span>}
              </li>
            ))}
          </ol>
          {one.gone_at !== null && <span class="none"> gone {age(one.gone_at, now)} ago</span>}
          {one.machine !== null && (
            <span class="none">
              {' '}
              on <bdi>{one.machine}</bdi>
              {one.reported_at === null ? ', nothing reported yet' : `, reported ${age(one.reported_at, now)} ago`}
            </span>
          )}
        </li>
      ))}
      {recipients.length > MOST && <li class="none">and {recipients.length - MOST} more</li>}
    </ul>
  )
}

function timeOf({ told_at, acked_at, answered_at }: Recipient, step: (typeof STEPS)[number]): number | null {
  return { stored: null, told: told_at, acknowledged: acked_at, answered: answered_at }[step]
}

/** An answer says that all before it happened, whether or not a time is known. */
function reached(one: Recipient, step: (typeof STEPS)[number]): boolean {
  return step === 'stored' || STEPS.slice(STEPS.indexOf(step)).some((later) => timeOf(one, later) !== null)
}
