import { storedWords } from '@rally/core/rules/inbox/stored-words'
import { formatAge } from '@rally/core/rules/text/format-age'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { LadderRow } from '@rally/core/usecases/inbox/read-ladder'
import type { Traced } from '@rally/core/usecases/inbox/read-sent'
import type { Terminal } from '../../terminal.js'
import { clockTime } from '../text/clock-time.js'
import { quotePeer } from '../text/lines.js'
import { who } from '../text/who.js'

export interface TracedScreen extends Terminal {
  readonly now: number
  readonly ids?: boolean
  /** Say who sent it. */
  readonly senders?: boolean
}

/** A message with its recipients as `--json` has it. */
export function tracedJson({ message, sender, recipients }: Traced) {
  return { ...message, from_name: sender, recipients: [...recipients] }
}

/** Each message on a line, how far it got with each recipient below it. */
export function renderTraced(traced: readonly Traced[], screen: TracedScreen): string {
  const answers = new Map(traced.map(({ message }) => [message.id, message.number]))
  return traced
    .flatMap(({ message, sender, recipients }) => {
      const from = screen.senders ? ` from ${cleanLine(sender)}` : ''
      const answered = message.reply_to === null ? undefined : answers.get(message.reply_to)
      const kind = message.kind === 'message' || message.kind === 'reply' ? '' : ` (${cleanLine(message.kind)})`
      const about = answered === undefined ? '' : `, in answer to #${answered}`
      const age = formatAge(Math.max(0, screen.now - message.ts))
      const head = `#${message.number}${from} to ${toOf(message.to, recipients)}${kind}${about}, ${age} ago: ${quotePeer(message.text, 60)}`
      const rows =
        recipients.length === 0
          ? [`  ${storedWords(message.to)}`]
          : recipients.map((row) => `  ${describeRow(row, screen)}`)
      return [head, ...rows]
    })
    .join('\n')
}

function toOf(box: string, [only, ...more]: readonly LadderRow[]): string {
  return only !== undefined && more.length === 0 && box !== 'all' ? cleanLine(only.name) : cleanLine(box)
}

/** `codex-1  told 17:53:26, acknowledged 17:53:40, answered 17:54:01 (#19)`. */
function describeRow(row: LadderRow, { ids, style, now }: TracedScreen): string {
  const { rung_at, told_at, told_times, acked_at, answered_at, answer, gone_at, machine, reported_at } = row
  const reported =
    reported_at === null ? 'nothing reported yet' : `reported ${formatAge(Math.max(0, now - reported_at))} ago`
  const facts = [
    ...(rung_at === null ? [] : [`rung ${clockTime(rung_at)}`]),
    ...(told_at === null ? [] : [`told ${clockTime(told_at)}${told_times > 1 ? ` and ${told_times - 1} more` : ''}`]),
    ...(acked_at === null ? [] : [`acknowledged ${clockTime(acked_at)}`]),
    ...(answered_at === null ? [] : [`answered ${clockTime(answered_at)}${answer === null ? '' : ` (#${answer})`}`]),
    ...(gone_at === null ? [] : [`gone since ${clockTime(gone_at)}`]),
  ]
  const where = machine === null ? '' : `, on ${cleanLine(machine)}: ${reported}`
  return `${style.bold(who(row, ids))}  ${facts.length === 0 ? 'stored, not told yet' : facts.join(', ')}${where}`
}
