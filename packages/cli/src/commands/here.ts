import { PERSON_TOOL } from '@rally/core/rules/roster/person'
import { drawPicture } from '@rally/core/usecases/picture/draw-picture'
import { gatherRoom } from '@rally/core/usecases/status/gather-room'
import { whereAmI } from '@rally/core/usecases/status/where-am-i'
import { type Outcome, RallyCommand } from '../base-command.js'
import { allFlag, idsFlag, sessionFlags } from '../flags.js'
import { firstStep } from '../installing/first-step.js'
import { readPrompts } from '../prompts-setting.js'
import { renderHere } from '../views/status/here.js'

/** Git is not asked: what is changed on disk is `rally status`'s to say. */
const NOT_ASKED = { files: [], unknown: false }

/** Bare `rally`. Hidden, because nobody types its name. */
export default class Here extends RallyCommand {
  static override hidden = true
  static override summary =
    'Show the room in at most twelve lines: trouble first, then each agent with its task and files.'
  static override examples = ['<%= config.bin %>']
  static override flags = { ...sessionFlags, ...idsFlag, ...allFlag }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(Here)
    const context = await this.rally.look(flags)
    const input = { prompts: await readPrompts(this.rally, context.channel) }
    const facts = await gatherRoom(context, input, { dirty: NOT_ASKED })
    const where = whereAmI(context, facts)
    const picture = drawPicture(context, facts, input)
    // To install something is a person's to decide, so nobody else is told.
    const asks = !this.wantsJson && picture.agents.length === 0 && where.tool === PERSON_TOOL
    const next = asks ? await firstStep(this.rally, context.channel) : undefined
    return {
      json: { ...where, picture },
      text: (terminal) =>
        renderHere(where, picture, { ...terminal, now: context.clock.now(), ids: flags.ids, all: flags.all, next }),
    }
  }
}
