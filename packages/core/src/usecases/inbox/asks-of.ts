import { sentMessages } from '../../rules/inbox/sent-messages.js'
import type { PersonNotice } from '../../rules/picture/person-notices.js'
import { clip } from '../../rules/text/clip.js'
import { cleanLine } from '../../rules/text/peer-text.js'
import type { SessionContext } from '../context.js'
import { openQuestions } from './open-questions.js'

const LONGEST = 200

/** The asks that wait for whoever is asking, each with the command that answers. Reading acknowledges nothing. */
export async function asksOf(ctx: SessionContext): Promise<PersonNotice[]> {
  const open = (await openQuestions(ctx)).filter(({ kind }) => kind === 'ask')
  if (open.length === 0) return []
  const { messages } = await ctx.transport.log.project(sentMessages)
  const numbers = new Map(messages.map(({ id, number }) => [id, number]))
  return open.map(({ id, from, fromName, text }) => ({
    kind: 'asked',
    key: `asked ${id}`,
    text: `${cleanLine(fromName ?? from)} asks: ${clip(cleanLine(text), LONGEST)} (rally reply ${numbers.get(id) ?? id} "…")`,
  }))
}
