import { type Collision, carriesContext } from '@rally/core/moments'
import { hasNews } from '@rally/local/channel-files/inbox-page'
import { noticesSize } from '@rally/local/channel-files/notices'
import { readTold } from '@rally/local/channel-files/told-file'
import { goesOn, greets, hearsUrgentOnly, type Telling, type TellingInput, tell } from './tell.js'

/** There was nothing to look into: the usual answer. */
const NOTHING_TO_TELL: Telling = { reply: {}, about: '', code: 'quiet', confirm() {}, end() {} }

/** What there is to say to this session now. */
export function prepareTelling(input: TellingInput): Telling {
  const { moment, capabilities, ctx } = input
  const canSay = (carriesContext(capabilities, moment.name) || goesOn(input)) && moment.quiet !== true
  const denied = deniedBy(input)
  const candidates = canSay && denied.length === 0 ? input.collisions : []
  const lines = canSay ? input.lines : []
  const told = readTold(ctx.root, ctx.self.sessionId)
  const wantsMore = canSay && hasMore(input, told)
  if (denied.length + candidates.length + lines.length === 0 && !wantsMore) return NOTHING_TO_TELL
  return tell(input, { denied, candidates, lines, wantsMore, told })
}

function deniedBy({ moment, capabilities, session, collisions }: TellingInput): Collision[] {
  const refuses = session.settings.collision === 'deny' && capabilities.deny && moment.name === 'before-edit'
  return refuses ? collisions.filter((collision) => collision.deniable) : []
}

/** Whether the session is to be greeted, or something was added to its boxes or notices since it was told of them. */
export function hasMore(input: TellingInput, told = readTold(input.ctx.root, input.ctx.self.sessionId)): boolean {
  const { root, self } = input.ctx
  const { tool, sessionId } = self
  const isEnd = goesOn(input)
  if (!isEnd && (greets(input, told) || noticesSize(root) !== (told?.notices?.size ?? 0))) return true
  const urgentOnly = hearsUrgentOnly(input)
  return hasNews(root, { tool, sessionId, told: told?.boxes ?? {}, urgentOnly })
}
