import { findLeftovers } from '@rally/local/transport/files/leftovers'
import { plural } from '../../views/text/lines.js'
import { type Check, problem } from '../check.js'

/** Temporary files of writers that died, older than an hour. A session that starts takes them away in passing. */
export const leftoversCheck: Check = {
  code: 'leftovers',
  async run({ rally, flags }) {
    const channel = await rally.discovery.resolve(flags.workdir).catch(() => undefined)
    const found = channel === undefined ? [] : findLeftovers(channel.dir, rally.clock.now() * 1000)
    if (channel === undefined || found.length === 0) return []
    const message = `${plural(found.length, 'temporary file')} of writers that died`
    return [problem('leftovers', 'info', { message, place: channel.dir, fix: 'rally doctor --fix' })]
  },
}
