import * as Flags from '@oclif/core/flags'
import { listClaims } from '@rally/core/usecases/claim/list-claims'
import { type Outcome, RallyCommand } from '../base-command.js'
import { sessionFlags } from '../flags.js'
import { claimsJson, claimsText } from '../views/claim/claims.js'

export default class Claims extends RallyCommand {
  static override summary = 'List who keeps which files, why, and for how long.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --all --json']
  static override flags = {
    ...sessionFlags,
    all: Flags.boolean({ summary: 'Also claims that ended and that nobody has replaced yet.' }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(Claims)
    const ctx = await this.rally.look(flags)
    const found = (await listClaims(ctx)).filter(({ holds }) => flags.all === true || holds)
    const sessionId = ctx.session?.sessionId
    return {
      json: claimsJson(found, { app: ctx.channel.app, sessionId }),
      text: () => claimsText(found, { now: ctx.clock.now(), sessionId }),
    }
  }
}
