import { isSafeId } from '../ids.js'
import { isObject, list, obj, text } from '../readers.js'
import { senderName, senderSession } from '../rules/inbox/sender-name.js'
import { isPerson } from '../rules/roster/person.js'
import { clip } from '../rules/text/clip.js'
import { formatAge } from '../rules/text/format-age.js'
import { cleanLine, cleanText } from '../rules/text/peer-text.js'
import { scalarText } from '../rules/text/python-values.js'
import type { Pending } from './pending.js'

/**
 * Text that peers wrote, on its way into a prompt. Each of its lines starts with `| `, so nothing inside can end the quotation
 * or pass for a line of rally's own; what looks like a tag is defused, so that it cannot end a host's wrapping either.
 */

const QUOTE = '| '
const ACKNOWLEDGE = 'to be acknowledged with rally ack-inbox'
const TAG = /<(?=[/!?A-Za-z])/g
/** The keys that hold the sentence of a message, in order of preference (protocol section 6). */
const SENTENCE_KEYS = ['message', 'subject', 'summary', 'text', 'reason'] as const
/** Keys that the attribution line says already, or that only programs need. */
const BOOKKEEPING = new Set([
  ...['session_id', 'to', 'to_tool', 'to_session_id', 'from', 'from_tool', 'inbox', 'message_id', 'requires_ack'],
  ...['urgent', 'reply_to', 'ref', 'handoff'],
])

/** One line of peers' words (a task, a file name) within rally's own sentence: cleaned, cut, in quotation marks. */
export function quoteInline(value: string, max = 80): string {
  return `"${defuse(clip(cleanLine(value), max)).replaceAll('"', "'")}"`
}

/** Names that no sentence hides in, which is nearly all: one word of letters, digits and what paths are made of. */
const PLAIN_PATH = /^[\w./@+~%=#$&[\](){}*?!-]+$/
const plainPath = (): RegExp => /^[\p{L}\p{M}\p{N}_./@+~%=#$&[\](){}*?!-]+$/u

/**
 * A file name within rally's own sentence: cleaned and on one line; its end is what tells files apart. A name with blanks or
 * marks, or one that had to be cleaned, stands in quotation marks, so that it cannot go on the sentence.
 */
export function showPath(path: string, max = 160): string {
  const clean = cleanLine(path)
  // What is cut may begin with half a character.
  const shown = defuse(clean.length <= max ? clean : `…${clean.slice(1 - max)}`)
  const isPlain = clean === path && (PLAIN_PATH.test(path) || plainPath().test(path))
  return isPlain ? shown : `"${shown.replaceAll('"', "'")}"`
}

/** A tool id as it is shown: ids as they are, anything else quoted. */
export function showTool(tool: string): string {
  return isSafeId(tool) ? tool : quoteInline(tool, 40)
}

/** A session id as it is shown. */
export function showSession(sessionId: string): string {
  return isSafeId(sessionId) ? sessionId : quoteInline(sessionId, 40)
}

/** A message as a quotation with its attribution: `[message from codex-1, 3m05s ago]`, its lines, `[end of message]`. */
export function fenceMessage(pending: Pending, now: number): string {
  const body = bodyLines(pending.message).map((line) => `${QUOTE}${line}`.trimEnd())
  return [`[${attribution(pending, now)}]`, ...body, '[end of message]', ...answering(pending)].join('\n')
}

/** The full command to answer with. An answer has none: two agents that answer each other's answers would never end. */
function answering({ message, number }: Pending): string[] {
  if (message.kind === 'reply' && message.requires_ack !== true) return []
  const named = number ?? (isSafeId(message.id) ? message.id : undefined)
  if (named === undefined) return []
  if (message.kind !== 'handoff') return [`rally: to answer: rally reply ${named} "…"`]
  return [
    `rally: to take it: rally handoff accept ${named}, and when it is done: rally handoff done ${named} "…"; ` +
      `else: rally handoff decline ${named} "why"`,
  ]
}

/** In place of a message that is longer than any reply may be. */
export function pointToMessage(pending: Pending, now: number): string {
  return `[${attribution(pending, now)}: too long to quote, read it with rally inbox read]`
}

function attribution({ message, urgent, ts, number, answers }: Pending, now: number): string {
  const kind = text(message.kind)
  return [
    `message${number === undefined ? '' : ` ${number}`} from ${sender(message)}`,
    ...(ts > 0 ? [`${formatAge(Math.max(0, now - ts))} ago`] : []),
    ...(kind === undefined || kind === 'message' || kind === 'ask'
      ? []
      : [/^[a-z][a-z0-9-]{0,31}$/.test(kind) ? kind : quoteInline(kind, 32)]),
    ...(answers === undefined ? [] : [`to your message ${answers}`]),
    ...(urgent ? ['urgent'] : []),
    ...(kind === 'handoff'
      ? []
      : kind === 'ask'
        ? ['wants an answer']
        : message.requires_ack === true
          ? [ACKNOWLEDGE]
          : []),
  ].join(', ')
}

/** Whoever wrote: by name where there is one, else by tool and session. */
function sender(message: Pending['message']): string {
  const tool = cleanLine(scalarText(message.from) ?? 'unknown')
  const name = senderName(message)
  if (name !== undefined) return isPerson({ tool }) ? `${name}, a person` : name
  const session = senderSession(message)
  return session === undefined ? showTool(tool) : `${showTool(tool)}, session ${session}`
}

function bodyLines(message: Pending['message']): string[] {
  const payload = obj(message.payload)
  const sentenceKey = SENTENCE_KEYS.find((key) => text(payload[key])?.trim())
  const sentence =
    sentenceKey === undefined ? (text(message.message) ?? text(message.text)) : text(payload[sentenceKey])
  const rest = Object.entries(payload)
    .filter(([key]) => key !== sentenceKey && !BOOKKEEPING.has(key))
    .flatMap(([key, value]) => fieldLines(key, value))
  const body = defuse(cleanText([...(sentence === undefined ? [] : [sentence]), ...rest].join('\n')))
  const lines = body
    .replace(/\n{3,}/g, '\n\n')
    .trim()
    .split('\n')
  return lines.length === 1 && lines[0] === '' ? ['(no text)'] : lines
}

function fieldLines(key: string, value: unknown, depth = 0): string[] {
  if (value === null || value === undefined || value === '') return []
  if (isObject(value) && depth === 0) {
    return Object.entries(value).flatMap(([inner, part]) => fieldLines(`${key}.${inner}`, part, 1))
  }
  const items = list(value)
  if (Array.isArray(value) && items.length === 0) return []
  const plain = items.every((item) => scalarText(item) !== undefined)
  const shown =
    Array.isArray(value) && plain ? items.map(scalarText).join(', ') : (scalarText(value) ?? JSON.stringify(value))
  return [`${cleanLine(key)}: ${shown}`]
}

function defuse(value: string): string {
  return value
    .replace(TAG, '\u2039')
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
}
