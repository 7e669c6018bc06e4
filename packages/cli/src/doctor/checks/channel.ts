import { isRallyError } from '@rally/core/errors'
import { type Check, ok, problem } from '../check.js'

/** The room of this folder, and whether its stores can be read. */
export const channelCheck: Check = {
  code: 'channel',
  async run({ rally, flags }) {
    try {
      const { channel, transport } = await rally.room(flags)
      const [revision, sessions] = await Promise.all([transport.log.revision(), transport.sessions.list()])
      return [ok('channel', `${channel.app}: revision ${revision}, ${sessions.length} presence record(s)`, channel.dir)]
    } catch (error) {
      if (!isRallyError(error)) throw error
      const severity = error.code === 'NOT_A_REPOSITORY' ? 'info' : 'error'
      return [
        problem('channel', severity, {
          message: error.message,
          fix: error.hint ?? 'see docs/explanation/which-room.md',
        }),
      ]
    }
  },
}
