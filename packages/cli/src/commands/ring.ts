import * as Args from '@oclif/core/args'
import type { RingOutput } from '@rally/core/model/outputs/ring'
import { address } from '@rally/core/usecases/inbox/address'
import { ringSessions } from '@rally/core/usecases/ring/ring-sessions'
import { type Outcome, RallyCommand } from '../base-command.js'
import { RECIPIENTS, sessionFlags } from '../flags.js'
import { describeRings } from '../views/inbox/rings.js'
import { said } from '../views/text/lines.js'
import { readWake } from '../wake.js'

export default class Ring extends RallyCommand {
  static override summary = 'Ring an idle agent, so that it hears what waits for it.'
  static override description =
    'What is rung is one fixed sentence; the prompt that begins tells the messages. At most once in two minutes for a session and six times an hour in a room; hooks.wake of your configuration is the ceiling.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> codex',
    '<%= config.bin %> <%= command.id %> claude-1 --json',
  ]
  static override args = { who: Args.string({ ignoreStdin: true, description: `${RECIPIENTS}.`, required: true }) }
  static override flags = sessionFlags

  protected async execute(): Promise<Outcome> {
    const { args, flags } = await this.parse(Ring)
    const ctx = await this.rally.session(flags)
    const { recipients, name } = await address(ctx, args.who)
    const wake = await readWake(this.rally, ctx)
    const rings = await ringSessions(ctx, { recipients, wake })
    const json: RingOutput = { app_slug: ctx.channel.app, rings }
    return { json, text: () => describeRings(rings) || `nobody of ${said(name)} is here` }
  }
}
