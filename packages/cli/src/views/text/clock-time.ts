import { parseIsoTime } from '@rally/core/rules/text/iso-time'
import { cleanLine } from '@rally/core/rules/text/peer-text'

/** `17:53:26` in the time zone of this machine. */
export function clockTime(at: number): string {
  const date = new Date(at * 1000)
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')
}

/** `2026-11-29` in the time zone of this machine. */
export function dayOf(at: number): string {
  const date = new Date(at * 1000)
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** `2026-11-29 17:53:26` in the time zone of this machine: an instant that may be on another day. JSON has it in UTC. */
export function localTime(at: number): string {
  return `${dayOf(at)} ${clockTime(at)}`
}

/** The same of stored text; what names no instant stays as it is. */
export function localTimeOf(stored: string): string {
  const at = parseIsoTime(stored)
  return at === undefined ? cleanLine(stored) : localTime(at)
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
