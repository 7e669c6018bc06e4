import type { Tool, ToolCall } from '../tool.js'
import { BOOLEAN, STRING, STRINGS } from './arguments-of-all.js'

export const claim: Tool = {
  name: 'claim',
  description: 'Keep files, folders, globs; release gives back (without files: all); neither: list',
  inputSchema: {
    type: 'object',
    properties: {
      files: STRINGS,
      why: STRING,
      for: { ...STRING, description: '30m, 2h' },
      shared: BOOLEAN,
      release: BOOLEAN,
      as: STRING,
    },
  },
  async run(call) {
    const { args, caller, room } = call
    const files = args.texts('files')
    if (args.flag('release')) return release(call, files)
    if (files.length === 0) {
      const ctx = await caller.look()
      const held = (await room.listClaims(ctx)).filter(({ holds }) => holds)
      return room.texts.claims(held, { now: ctx.clock.now(), sessionId: ctx.session?.sessionId })
    }
    const length = args.text('for')
    const secs = length === undefined ? undefined : room.parseLength(length)
    const ctx = await caller.session()
    const wish = { patterns: files, secs, why: args.text('why'), shared: args.flag('shared') }
    const answer = await room.claimFiles(ctx, wish)
    if (!answer.claimed) throw room.claimRefusal(answer)
    return room.texts.claimed(answer, ctx.session.sessionId)
  },
}

async function release({ caller, room }: ToolCall, files: readonly string[]): Promise<string> {
  const ctx = await caller.session()
  const released: string[] = []
  for (const what of files.length === 0 ? [undefined] : files) {
    const answer = await room.releaseFiles(ctx, { what })
    released.push(...answer.released.flatMap(({ patterns }) => patterns))
  }
  return released.length === 0 ? 'you claim nothing' : `released ${released.map(room.texts.line).join(', ')}`
}
