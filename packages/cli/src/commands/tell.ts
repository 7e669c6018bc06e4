import { type Outcome, RallyCommand } from '../base-command.js'
import { saidOutcome, sayingArgs, sayingFlags, sayTo } from '../saying.js'

export default class Tell extends RallyCommand {
  static override summary = 'Tell a session, all sessions of a tool, a person or everybody something.'
  static override description =
    'The answer says who hears it and when: an agent that works at its next tool call, an idle one with its next prompt.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> codex "the price rules are mine until noon"',
    '<%= config.bin %> <%= command.id %> all "main is frozen" --urgent',
    'git diff | <%= config.bin %> <%= command.id %> claude-1 -',
  ]
  static override args = sayingArgs
  static override flags = sayingFlags

  protected async execute(): Promise<Outcome> {
    const { args, flags } = await this.parse(Tell)
    return saidOutcome(await sayTo(this.rally, { ...args, flags, asks: false }))
  }
}
