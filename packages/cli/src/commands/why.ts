import * as Args from '@oclif/core/args'
import { RallyError } from '@rally/core/errors'
import { sessionNames } from '@rally/core/rules/roster/shown-names'
import { EXPLAINED_CODES } from '@rally/core/rules/why/explanations'
import type { RoomContext } from '@rally/core/usecases/context'
import { explainRoom } from '@rally/core/usecases/why/explain-room'
import { type Outcome, RallyCommand } from '../base-command.js'
import { sessionFlags } from '../flags.js'
import { nearWords } from '../nearest-word.js'
import { readOwnFiles } from '../own-files.js'
import { readPrompts } from '../prompts-setting.js'
import { toJson, toText } from '../views/why/why.js'

export default class WhyCommand extends RallyCommand {
  static override summary = 'Explain the last warning or refusal, the state of the room, or a reason code.'
  static override description =
    `Shows what was told, when, to whom, about which files, and which sessions were meant with their times. WHAT is a session, a
reason code, or the number of a message or record. What agents were told is remembered for seven days (history.days).

Reason codes: ${EXPLAINED_CODES.join(', ')}.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> codex-1',
    '<%= config.bin %> <%= command.id %> changed_outside_owned',
  ]
  static override args = {
    what: Args.string({
      ignoreStdin: true,
      description: 'A session, a reason code, or the number of a message or record.',
    }),
  }
  static override flags = { ...sessionFlags }

  protected async execute(): Promise<Outcome> {
    const { flags, args } = await this.parse(WhyCommand)
    const ctx = await this.rally.look(flags)
    const dirty = await ctx.repository.dirtyFiles(ctx.workdir)
    const ownFiles = await readOwnFiles(this.rally, ctx, dirty.files)
    const input = { prompts: await readPrompts(this.rally, ctx.channel), ownFiles }
    const why = await explainRoom(ctx, args.what, input, { dirty })
    if (why === undefined) throw await unknownReason(ctx, args.what ?? '')
    return {
      json: toJson(why, ctx.channel.app, args.what),
      text: (terminal) => toText(why, { ...terminal, now: ctx.clock.now() }),
    }
  }
}

async function unknownReason({ transport }: RoomContext, what: string): Promise<RallyError> {
  const names = sessionNames(await transport.sessions.list())
  const near = nearWords(what, [...names.values(), ...EXPLAINED_CODES])
  const meant = near.length === 0 ? '' : `did you mean ${near.join(', ')}? `
  return new RallyError('NOT_FOUND', {
    what: 'session, reason code, message or record',
    value: what,
    hint: `${meant}rally roster lists sessions, rally why --help the reason codes`,
  })
}
