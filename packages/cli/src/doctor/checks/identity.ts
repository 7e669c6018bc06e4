import { isRallyError } from '@rally/core/errors'
import { type Check, ok, problem } from '../check.js'

/** Whether commands typed here know who is asking. */
export const identityCheck: Check = {
  code: 'identity',
  async run({ rally, flags }) {
    try {
      const identity = await rally.identity.find({ sessionId: flags['session-id'], tool: flags.tool })
      if (!identity) {
        const fix = 'inside an agent: rally hooks install; elsewhere: pass --session-id or set RALLY_SESSION_ID'
        return [
          problem('identity', 'info', {
            message: 'no session is known here; commands that need one ask for --session-id',
            fix,
          }),
        ]
      }
      return [ok('identity', `session ${identity.sessionId} of ${identity.tool} (found by ${identity.source})`)]
    } catch (error) {
      if (!isRallyError(error)) throw error
      return [problem('identity', 'warning', { message: error.message, fix: error.hint ?? 'pass --session-id' })]
    }
  },
}
