import type { PersonNotice } from '../../rules/picture/person-notices.js'
import { isReaderStub } from '../../rules/presence/life.js'
import { isPerson } from '../../rules/roster/person.js'
import { sessionNames, shownId } from '../../rules/roster/shown-names.js'
import { summarizeTaskHealth } from '../../rules/task/task-health.js'
import { cleanLine } from '../../rules/text/peer-text.js'
import type { RoomContext } from '../context.js'

/** What is said of a task by how it stands; the others are no news for a person. */
const WORDS = [
  { health: 'stale_check_in', kind: 'silent', says: 'has not checked in in time' },
  { health: 'blocked', kind: 'blocked', says: 'is blocked' },
  { health: 'needs_attention', kind: 'blocked', says: 'needs attention' },
] as const

/** Tasks of anybody here that fell silent, or that say themselves that they are stuck. Reads; writes nothing. */
export async function taskNotices(
  ctx: RoomContext,
  options: { graceSeconds?: number | undefined } = {},
): Promise<PersonNotice[]> {
  const sessions = (await ctx.transport.sessions.list()).filter((one) => !isReaderStub(one) && !isPerson(one))
  const names = sessionNames(sessions)
  const now = ctx.clock.now()
  const found = await Promise.all(
    sessions.map(async ({ session_id: sessionId, tool }): Promise<PersonNotice[]> => {
      const lines = await ctx.transport.heartbeats.latest(tool, sessionId)
      const { health, latest } = summarizeTaskHealth(lines, { now, sessionId, graceSeconds: options.graceSeconds })
      const words = WORDS.find((one) => one.health === health)
      if (words === undefined || latest === null) return []
      const [name, ref] = [names.get(sessionId) ?? shownId(sessionId), latest.task_ref]
      const text = `${cleanLine(name)}: task ${cleanLine(ref)} ${words.says}`
      return [{ kind: words.kind, key: `task ${health} ${sessionId} ${ref}`, text }]
    }),
  )
  return found.flat()
}
