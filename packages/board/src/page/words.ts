import { formatAge } from '@rally/core/rules/text/format-age'
import type { KeyedEntry } from '../stream/room-news.js'

/** `3 s`, `12 m`; `-` for what has no time. */
export function age(at: number | null, now: number): string {
  return at === null ? '-' : formatAge(Math.max(0, now - at))
}

const WORDS: Readonly<Record<KeyedEntry['type'], string>> = {
  record: 'wrote',
  message: 'wrote to',
  edit: 'edited',
  claim: 'claimed',
  told: 'was told',
  arrival: 'arrived',
}

/** An entry of the timeline in one line, as a person would say it. */
export function sentence(entry: KeyedEntry): string {
  const { by, to, type, kind, text, files, count } = entry
  const paths = files.join(', ')
  if (type === 'edit') return `${by} edited ${paths}${count !== undefined && count > 1 ? ` ${count} times` : ''}`
  if (type === 'message') return `${by} to ${to ?? 'all'}: ${text}`
  if (type === 'claim') return `${by} ${kind === 'release' ? 'released' : 'claimed'} ${paths}`
  if (type === 'arrival') return `${by} ${kind}`
  if (type === 'told') return `${by} was told (${kind.replaceAll('_', ' ')}): ${text || paths}`
  return `${by} ${WORDS[type]} ${kind}${to === null ? '' : ` to ${to}`}: ${text || paths}`
}

/** The time of day, with the date where it is another day. */
export function clock(at: number | null): string {
  if (at === null) return '-'
  const date = new Date(at * 1000)
  const two = (n: number) => String(n).padStart(2, '0')
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
  const today = new Date().toDateString() === date.toDateString()
  return today ? time : `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}`
}

/** Whether what is looked for stands in one of the texts, letter case aside. */
export function hasWords(search: string, ...texts: readonly (string | null | undefined)[]): boolean {
  const wanted = search.trim().toLowerCase()
  return wanted === '' || texts.some((text) => text?.toLowerCase().includes(wanted))
}
