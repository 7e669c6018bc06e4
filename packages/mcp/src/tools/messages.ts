import { clip } from '@rally/core/rules/text/clip'
import type { SessionContext } from '@rally/core/usecases/context'
import type { InboxReading } from '@rally/core/usecases/inbox/read-inbox'
import type { Tool, ToolCall } from '../tool.js'
import { BOOLEAN, STRING, STRINGS } from './arguments-of-all.js'

const MOST_MESSAGES = 20
const LONGEST_MESSAGE = 4_000
const LONGEST_ANSWER = 16_000
/** Hosts give a call up after a minute. */
const LONGEST_WAIT = 50
const LOOK_EVERY_MS = 500

export const messages: Tool = {
  name: 'messages',
  description: 'Read what others sent you. ack: numbers handled, or all. wait: seconds for a new one',
  inputSchema: {
    type: 'object',
    properties: {
      ack: STRINGS,
      all: { ...BOOLEAN, description: 'old ones too' },
      wait: { type: 'integer' },
      as: STRING,
    },
  },
  async run(call) {
    const { args, caller } = call
    const wait = args.number('wait', { most: LONGEST_WAIT }) ?? 0
    const numbers = args.texts('ack')
    const all = args.flag('all')
    const ctx = await caller.session()
    const done = numbers.length === 0 ? [] : [await acknowledge(call, ctx, numbers)]
    if (done.length > 0 && !all && wait === 0) return [...done, await unreadLeft(call, ctx)].join('\n')
    if (wait > 0) await waitForOne(call, ctx, wait)
    const { tool, sessionId } = ctx.session
    const reading = await call.room.readInbox(ctx, { tool, sessionId }, { all, limit: MOST_MESSAGES })
    return [...done, await textOf(call, ctx, { ...reading, all })].join('\n')
  },
}

async function acknowledge({ room }: ToolCall, ctx: SessionContext, numbers: readonly string[]): Promise<string> {
  if (numbers.includes('all')) {
    await room.ackInbox(ctx)
    return 'all acknowledged'
  }
  // Every one is found before the first is marked.
  const found = []
  for (const number of numbers) found.push(await room.findMessage(ctx, number))
  for (const message of found) await room.ackMessage(ctx, message)
  return `acknowledged ${found.map(({ number, id }) => (number === null ? id : `#${number}`)).join(', ')}`
}

async function unreadLeft({ room }: ToolCall, ctx: SessionContext): Promise<string> {
  const { total } = await room.countUnread(ctx, { tool: ctx.session.tool, sessionId: ctx.session.sessionId })
  return total === 0 ? 'nothing is unread' : `${total} unread`
}

async function textOf(
  { room }: ToolCall,
  ctx: SessionContext,
  reading: InboxReading & { readonly all: boolean },
): Promise<string> {
  const { unread, omitted, all } = reading
  if (reading.messages.length === 0 && omitted === 0) return all ? 'no messages' : 'no unread messages'
  const numbers = await room.messageNumbers(ctx)
  const now = ctx.clock.now()
  const blocks: string[] = []
  let length = 0
  // The newest fit first; they are shown in the order of writing.
  for (const message of reading.messages.toReversed()) {
    const block = cut(room.texts.message(message, { now, numbers }))
    length += block.length
    if (length > LONGEST_ANSWER && blocks.length > 0) break
    blocks.unshift(block)
  }
  const left = omitted + reading.messages.length - blocks.length
  return [
    ...blocks,
    ...(left > 0 ? [`${left} earlier not shown: acknowledge these to see them`] : []),
    ...(unread.total > 0 ? ['to acknowledge: messages with ack; to answer: answer'] : []),
  ].join('\n')
}

function cut(block: string): string {
  if (block.length <= LONGEST_MESSAGE) return block
  return `${clip(block, LONGEST_MESSAGE)}\n  | (${block.length - LONGEST_MESSAGE} characters more)`
}

/** Until something is unread that was not when the call came, the time is over, or the client takes the call back. */
async function waitForOne({ room, signal, progress }: ToolCall, ctx: SessionContext, secs: number): Promise<void> {
  const reader = { tool: ctx.session.tool, sessionId: ctx.session.sessionId }
  const before = (await room.countUnread(ctx, reader)).total
  const end = Date.now() + secs * 1000
  let told = 0
  while (!signal.aborted && Date.now() < end && (await room.countUnread(ctx, reader)).total <= before) {
    await sleep(Math.min(LOOK_EVERY_MS, Math.max(0, end - Date.now())), signal)
    const waited = Math.floor(secs - (end - Date.now()) / 1000)
    if (waited > told) await progress({ progress: waited, total: secs, message: 'waiting for a message' })
    told = Math.max(told, waited)
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })
}
