import type { Tool } from '../tool.js'
import { READS, STRING } from './arguments-of-all.js'

const MOST_LINES = 14
/** Git is not asked: what is changed on disk is another question. */
const NOT_ASKED = { files: [], unknown: false }

export const room: Tool = {
  name: 'room',
  description: 'Who works here, on what, on which files; trouble first',
  inputSchema: { type: 'object', properties: { as: STRING } },
  annotations: READS,
  async run({ caller, room: { readPrompts, gatherRoom, drawPicture, whereAmI, texts } }) {
    const ctx = await caller.look()
    // First lines of prompts are for the person, unless the person lets agents see them; here nobody is the person.
    const input = { prompts: (await readPrompts(ctx)) === 'agents' ? ('agents' as const) : ('off' as const) }
    const facts = await gatherRoom(ctx, input, { dirty: NOT_ASKED })
    const where = whereAmI(ctx, facts)
    const picture = drawPicture(ctx, facts, input)
    const unread = where.inbox_unread_count
    return [
      texts.picture(picture, { now: ctx.clock.now(), maxLines: MOST_LINES }),
      where.name === null ? `you: ${nobody(where.session_candidates)}` : `you: ${texts.line(where.name)}`,
      ...(where.session_id !== null && unread > 0 ? [`${unread} unread: messages shows them`] : []),
    ].join('\n')
  },
}

function nobody(candidates: readonly { readonly name: string }[]): string {
  if (candidates.length === 0) return 'rally cannot tell; the other tools need to know'
  return `${candidates.map(({ name }) => name).join(' or ')}; pass yours as "as"`
}
