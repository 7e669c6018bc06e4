import { whereAmI } from '@rally/core/usecases/status/where-am-i'
import { type Outcome, RallyCommand } from '../base-command.js'
import { idsFlag, sessionFlags } from '../flags.js'
import { renderWhereabouts } from '../views/status/here.js'

/** Bare `rally`. Hidden, because nobody types its name. */
export default class Here extends RallyCommand {
  static override hidden = true
  static override summary = 'Say where you are: the room, you, who else is here, what waits for you.'
  static override examples = ['<%= config.bin %>']
  static override flags = { ...sessionFlags, ...idsFlag }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(Here)
    const context = await this.rally.look(flags)
    const where = await whereAmI(context)
    return {
      json: where,
      text: (terminal) => renderWhereabouts(where, { ...terminal, now: context.clock.now(), ids: flags.ids }),
    }
  }
}
