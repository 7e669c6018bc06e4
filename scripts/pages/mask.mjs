// Two outputs are the same when they differ in nothing but times, ids, numbers of processes, and layout.
import { hostname, userInfo } from 'node:os'

const MASKS = [
  [/\b\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)?/g, '<time>'],
  [/\b\d{4}-\d\d-\d\d\b/g, '<day>'],
  [/\b\d\d:\d\d(:\d\d)?\b/g, '<clock>'],
  // Of yesterday, where midnight came in between.
  [/<day> <clock>/g, '<clock>'],
  [/\b\d+[dhm]\d\d[hms]\b|\b[\d,]+(\.\d+)? ?(ms|s|m|h|d)\b/g, '<long>'],
  [/\b[\d,]+ (characters|tokens)\b/g, '<many> $1'],
  [/\bblf_[0-9a-f]+\b/g, '<event>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<uuid>'],
  [/\b[0-9a-f]{12,}\b/g, '<hex>'],
  [/\bprocess \d+\b/g, 'process <pid>'],
  [/\bv?\d+\.\d+\.\d+(-[\w.]+)?\b/g, '<version>'],
]

const word = (text) => new RegExp(`\\b${text.replace(/\W/g, '\\$&')}\\b`, 'g')

/** An output as pages show it: typed by Ann, on her laptop. */
export const asAnn = (text) => text.replace(word(userInfo().username), 'ann').replace(word(hostname()), 'laptop')

/** Text of an output as it is compared: what differs from run to run is hidden, spaces and line breaks are one space. */
export function mask(text) {
  let masked = asAnn(text)
  for (const [pattern, instead] of MASKS) masked = masked.replace(pattern, instead)
  return masked.replace(/\s+/g, ' ').trim()
}

/** Whether an output is what the page says; a line `…` of the page stands for any number of lines. */
export function sameOutput(page, output) {
  const parts = page.split(/^\s*…\s*$/m).map(mask)
  if (parts.length === 1) return parts[0] === mask(output)
  const whole = mask(output)
  if (!whole.startsWith(parts[0]) || !whole.endsWith(parts.at(-1))) return false
  let at = 0
  return parts.every((part) => {
    const found = whole.indexOf(part, at)
    at = found + part.length
    return found >= 0
  })
}
