import { setTimeout as pause } from 'node:timers/promises'
import * as Flags from '@oclif/core/flags'
import type { PluginOutcome, RallyApi } from '@rally/core/plugin-api/rally-api'
import { PluginCommand, sessionFlags, toRequest } from '@rally/plugin-kit/commands'
import { openMine } from '../../../command-line/open-handoffs.js'
import type { PollGateWaitOutput } from '../../../outputs/buildloop-poll-gate-wait.js'

export default class PollGateWait extends PluginCommand {
  static override summary = 'Wait until my handoffs are settled; exit 4 when nobody answers in time.'
  static override examples = ['<%= config.bin %> <%= command.id %> --session-id loop-1 --timeout 600']
  static override flags = {
    ...sessionFlags,
    'event-id': Flags.string({ summary: 'Only this handoff.', helpValue: 'ID' }),
    timeout: Flags.integer({ summary: 'Seconds to wait at most.', helpValue: 'N', default: 300, min: 0 }),
    interval: Flags.integer({ summary: 'Seconds between two looks.', helpValue: 'N', default: 5, min: 1 }),
  }

  protected async execute(api: RallyApi): Promise<PluginOutcome> {
    const { flags } = await this.parse(PollGateWait)
    const { timeout, interval, 'event-id': only } = flags
    const look = await openMine(api, toRequest(flags))
    const deadline = performance.now() + timeout * 1000
    for (let polls = 1; ; polls++) {
      const open = (await look()).filter(({ event_id }) => only === undefined || event_id === only)
      const json: PollGateWaitOutput = { resolved: open.length === 0, polls, mine_open: open }
      if (json.resolved) return { json, text: 'no handoff of yours is open' }
      const left = deadline - performance.now()
      if (left <= 0) {
        const what = `the answer to ${open.map(({ event_id }) => event_id).join(', ')}`
        return { json, text: '', error: api.error('TIMED_OUT', { seconds: timeout, what }) }
      }
      await pause(Math.min(left, interval * 1000))
    }
  }
}
