/** What part of time is shown (epoch seconds). `live`: its end goes on with the clock. */
export interface Window {
  readonly start: number
  readonly end: number
  readonly live: boolean
}

export const SPANS = [
  { label: '5 min', secs: 300 },
  { label: '1 h', secs: 3600 },
  { label: '6 h', secs: 21_600 },
  { label: '1 day', secs: 86_400 },
  { label: '1 week', secs: 604_800 },
] as const
const SHORTEST = 60
const LONGEST = 8 * 86_400
/** Room behind the last moment, as a part of the window. */
const AHEAD = 0.03

/** The last so many seconds, going on. */
export function lastSecs(secs: number, now: number): Window {
  const end = now + secs * AHEAD
  return { start: end - secs, end, live: true }
}

/** Live windows move with the clock. */
export function follow(window: Window, now: number): Window {
  return window.live ? lastSecs(window.end - window.start, now) : window
}

/** Larger or smaller around a moment. */
export function zoom({ start, end }: Window, { factor, at, now }: { factor: number; at: number; now: number }): Window {
  const span = Math.min(LONGEST, Math.max(SHORTEST, (end - start) * factor))
  const part = (at - start) / (end - start)
  return settle({ start: at - span * part, end: at + span * (1 - part), live: false }, now)
}

/** Earlier or later by so many seconds. */
export function pan({ start, end }: Window, secs: number, now: number): Window {
  return settle({ start: start + secs, end: end + secs, live: false }, now)
}

/** Whoever comes to the present stays with it. */
function settle({ start, end }: Window, now: number): Window {
  const span = end - start
  return end >= now + span * AHEAD * 0.5 ? lastSecs(span, now) : { start, end, live: false }
}

const STEPS = [5, 10, 30, 60, 300, 600, 1800, 3600, 7200, 21_600, 43_200, 86_400] as const

/** Moments that get a line and a text, and what the text is. */
export function ticks({ start, end }: Window, most: number): { readonly at: number; readonly label: string }[] {
  const step = STEPS.find((one) => (end - start) / one <= most) ?? 86_400 * 2
  const zone = new Date(start * 1000).getTimezoneOffset() * 60
  const first = Math.ceil((start - zone) / step) * step + zone
  const found: { at: number; label: string }[] = []
  for (let at = first; at <= end; at += step) found.push({ at, label: clock(at, step) })
  return found
}

function clock(at: number, step: number): string {
  const date = new Date(at * 1000)
  const two = (n: number) => String(n).padStart(2, '0')
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`
  if (step >= 86_400 || (step >= 7200 && time === '00:00')) return `${date.getMonth() + 1}-${two(date.getDate())}`
  return step < 60 ? `${time}:${two(date.getSeconds())}` : time
}
