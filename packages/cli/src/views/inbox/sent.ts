import type { Hearer } from '@rally/core/model/outputs/sent-message'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { Sent } from '@rally/core/usecases/inbox/send-message'
import { few } from '../text/lines.js'

/** Keys of a write that may have rung an inbox. */
export function sentKeys(sent: Sent | undefined): {
  message_id: string | null
  inbox: string | null
  stored: { inbox: boolean; log: boolean }
} {
  if (sent === undefined) return { message_id: null, inbox: null, stored: { inbox: false, log: true } }
  return { message_id: sent.messageId, inbox: sent.box, stored: { ...sent.stored } }
}

const SHOWN = 4

/** When live sessions hear, the first first. */
const WHEN = [
  ['rung', 'now: it was rung'],
  ['next-tool-call', 'at the next tool call'],
  ['next-prompt', 'with the next prompt'],
] as const

/** Who will hear it and when, as the end of a sentence. */
export function describeHearers(recipients: readonly Hearer[]): string {
  const [first] = recipients
  if (first === undefined) return '; nobody is here to hear it now'
  const live = recipients.filter(({ state }) => state === 'live')
  if (live.length > 0)
    return `; ${[...WHEN.flatMap(([when, words]) => hearing(live, when, words)), ...deaf(live)].join('; ')}`
  if (first.state === 'person') return `; ${cleanLine(first.name ?? 'a person')} sees it in rally status`
  if (first.state === 'gone') return '; it is not running now and hears it when it starts again'
  if (first.hears === 'nobody')
    return `; no hook tells it to ${cleanLine(first.tool)}: it has to look itself: rally inbox read`
  return `; no ${cleanLine(first.tool)} is here now, it is heard at the next start of one`
}

function hearing(live: readonly Hearer[], when: Hearer['hears'], words: string): string[] {
  const names = namesOf(live, when)
  return names.length === 0 ? [] : [`${few(names, SHOWN)} ${names.length === 1 ? 'hears' : 'hear'} it ${words}`]
}

/** Sessions that no hook speaks for. */
function deaf(live: readonly Hearer[]): string[] {
  const names = namesOf(live, 'nobody')
  if (names.length === 0) return []
  return [`${few(names, SHOWN)} ${names.length === 1 ? 'has' : 'have'} no hooks and must look: rally inbox read`]
}

function namesOf(live: readonly Hearer[], when: Hearer['hears']): string[] {
  return live.filter(({ hears }) => hears === when).map(({ name, tool }) => name ?? tool)
}

/** ` (revision 7)`, or nothing where no record was kept. */
export function revisionNote(revision: number | null): string {
  return revision === null ? '' : ` (revision ${revision})`
}
