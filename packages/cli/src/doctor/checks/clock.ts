import { statSync } from 'node:fs'
import { join } from 'node:path'
import { AHEAD_SECS } from '@rally/core/rules/inbox/message-order'
import { type Check, ok, problem } from '../check.js'

/** Whether this machine's clock runs behind what was already written: then the living look dead and leases look endless. */
export const clockCheck: Check = {
  code: 'clock',
  async run({ rally, flags, programRoot }) {
    const now = rally.clock.now()
    const channel = await rally.discovery.resolve(flags.workdir).catch(() => undefined)
    const written = [
      join(programRoot, 'package.json'),
      ...(channel === undefined ? [] : ['revision', 'changes.jsonl'].map((name) => join(channel.dir, name))),
    ]
    for (const path of written) {
      const stats = statSync(path, { throwIfNoEntry: false })
      const ahead = stats === undefined ? 0 : stats.mtimeMs / 1000 - now
      if (ahead <= AHEAD_SECS) continue
      const message = `this clock is ${Math.round(ahead)} s behind the time at which a file was written`
      return [problem('clock', 'warning', { message, place: path, fix: 'set the clock, for example with NTP' })]
    }
    return [ok('clock', `${new Date(now * 1000).toISOString()}; the clock is fine`)]
  },
}
