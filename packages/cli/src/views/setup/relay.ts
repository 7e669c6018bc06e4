import type { RelayStatusOutput } from '@rally/core/model/outputs/relay'
import type { RelayChannelStatus } from '@rally/core/model/relay-room'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { RelayEvent } from '@rally/relay/relay-context'
import type { Terminal } from '../../terminal.js'

/** How the relay of this machine stands, a line per channel. */
export function renderRelayStatus(status: RelayStatusOutput, terminal: Terminal & { now: number }): string {
  const { style } = terminal
  if (status.started_at === null) return 'no relay has run for this apps root'
  const head = status.running
    ? `${status.connected ? style.green('connected') : style.red('not connected')} to ${status.server} as ${status.machine} (process ${status.pid})`
    : `${style.yellow('not running')}; it last ran ${ago(terminal.now - (status.written_at ?? 0))} ago as ${status.machine}`
  return [head, ...status.channels.map((channel) => renderChannel(channel, terminal))].join('\n')
}

function renderChannel(channel: RelayChannelStatus, { style, now }: Terminal & { now: number }): string {
  const { state, error, current_at } = channel
  const paint = {
    current: style.green,
    starting: style.dim,
    behind: style.yellow,
    offline: style.yellow,
    waiting: style.yellow,
    refused: style.red,
  }[state]
  const waiting = waitingText(channel)
  const since = current_at === null || state === 'current' ? '' : `, current ${ago(now - current_at)} ago`
  const line = `  ${channel.app}  ${paint(state)}${waiting === '' ? '' : `, ${waiting}`}${since}${channel.key === null ? '' : style.dim(`  ${channel.key}`)}`
  if (error === null || state === 'current') return line
  return [
    line,
    `    ${cleanLine(error.message)}`,
    ...(error.hint === null ? [] : [style.dim(`    ${error.hint}`)]),
  ].join('\n')
}

/** What this machine has and the server has not, in words; empty when there is nothing. */
export function waitingText({
  waiting_out,
  waiting_messages,
}: Pick<RelayChannelStatus, 'waiting_out' | 'waiting_messages'>): string {
  const count = (n: number, one: string) => `${n} ${one}${n === 1 ? '' : 's'}`
  const parts = [
    ...(waiting_out ? [count(waiting_out, 'record')] : []),
    ...(waiting_messages ? [count(waiting_messages, 'message')] : []),
  ]
  return parts.length === 0 ? '' : `${parts.join(' and ')} to send`
}

/** One event of a running relay for people. */
export function renderRelayEvent(event: RelayEvent & { at: string }, { style }: Terminal): string {
  const { event: name, at, app, reason, hint, ...facts } = event
  const time = style.dim(at.slice(11, 19))
  const bad = name === 'waiting' || name.endsWith('refused') || name.endsWith('failed') || name === 'disconnected'
  const details = Object.entries(facts)
    .filter(([, value]) => typeof value !== 'object')
    .map(([key, value]) => `${key} ${cleanLine(String(value))}`)
  const words = [app === undefined ? '' : `${app}:`, bad ? style.yellow(name) : name, details.join(', ')].filter(
    (word) => word !== '',
  )
  const lines = [`${time} ${words.join(' ')}`]
  if (typeof reason === 'string') lines.push(`         ${cleanLine(reason)}`)
  if (typeof hint === 'string') lines.push(style.dim(`         ${hint}`))
  return lines.join('\n')
}

function ago(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min`
  return `${Math.floor(whole / 3600)} h`
}
