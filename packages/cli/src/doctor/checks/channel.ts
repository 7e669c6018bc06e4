import { isRallyError, type RallyError } from '@rally/core/errors'
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
      // Said by the check of the configuration, once.
      if (error.code === 'CONFIG_INVALID') return []
      const severity = error.code === 'NOT_A_REPOSITORY' ? 'info' : 'error'
      return [problem('channel', severity, { message: error.message, place: placeOf(error), fix: fixOf(error) })]
    }
  },
}

function placeOf({ details }: RallyError): string | null {
  const place = details.dir ?? details.path
  return typeof place === 'string' ? place : null
}

/** The hint of an unusable room is to run the doctor. */
function fixOf(error: RallyError): string {
  if (error.code === 'CHANNEL_UNUSABLE') return 'move away what is in its place; the next write makes the folder'
  return error.hint ?? 'rally where says which room it is, and why'
}
