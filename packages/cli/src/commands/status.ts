import * as Flags from '@oclif/core/flags'
import { RallyError } from '@rally/core/errors'
import { isPerson } from '@rally/core/rules/roster/person'
import { gatherRoom } from '@rally/core/usecases/status/gather-room'
import { judgeRoom, type StatusReport } from '@rally/core/usecases/status/read-status'
import type { StatusContext, StatusInput } from '@rally/core/usecases/status/status-input'
import { type Outcome, RallyCommand } from '../base-command.js'
import { type BesideRoom, readBesideRoom } from '../beside-room.js'
import { allFlag, idsFlag, sessionFlags } from '../flags.js'
import { statusFlags, toStatusInput } from '../flags-status.js'
import { readOwnFiles } from '../own-files.js'
import { startProgress } from '../progress.js'
import { blockingAnswer } from '../views/picture/blocking-answer.js'
import { adviceOn, renderStatus } from '../views/status/status.js'

const NOT_ASKED = { files: [], unknown: false }

export default class Status extends RallyCommand {
  static override summary = 'Say whether you may go on (clear, warn or blocked) and why; who is here; what is unread.'
  static override description =
    `Blocked: a question waits for a decision, a verdict is open, or the task needs attention. Warn: files changed that are nobody's
here, or the task is late or off course. Peers being here is no warning. Asking changes nothing.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --task-ref CART-1 --json',
    '<%= config.bin %> <%= command.id %> --check',
  ]
  static override flags = {
    ...sessionFlags,
    ...statusFlags,
    ...idsFlag,
    ...allFlag,
    check: Flags.boolean({ summary: 'Exit 5 when the room is blocked.' }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(Status)
    const ctx = await this.rally.look(flags)
    const progress = startProgress('reading the log', this.rally.env)
    const { report: judged, shown } = await this.#judge(ctx, { ...toStatusInput(flags), onProgress: progress.report })
    progress.end()
    const report = { ...judged, relay: shown.relay }
    const error = flags.check ? refuseBlocked(report) : undefined
    const text: Outcome['text'] = (terminal) =>
      renderStatus(report, { ...terminal, ...shown, now: ctx.clock.now(), ids: flags.ids, all: flags.all })
    return { json: report, text, ...(error === undefined ? {} : { error }) }
  }

  /** Git works in its own process while everything else is read in this one. */
  async #judge(ctx: StatusContext, asked: StatusInput): Promise<{ report: StatusReport; shown: BesideRoom['shown'] }> {
    // What a person changed is no warning: in a text for one nothing of it is said.
    const isForPerson = ctx.session !== undefined && isPerson(ctx.session) && !this.wantsJson
    const dirty = isForPerson ? NOT_ASKED : ctx.repository.dirtyFiles(ctx.workdir)
    const { judged, shown } = await readBesideRoom(this.rally, ctx)
    const input = { ...asked, ...judged }
    const facts = await gatherRoom(ctx, input, { dirty })
    const ownFiles = await readOwnFiles(this.rally, ctx, facts.dirty.files)
    return { report: judgeRoom(ctx, facts, { ...input, ownFiles }), shown }
  }
}

function refuseBlocked(report: StatusReport): RallyError | undefined {
  const { status, required_action, picture } = report
  if (status !== 'blocked') return undefined
  const hint = blockingAnswer(picture) ?? adviceOn(report)
  const because = picture.verdict.because[0]?.text
  return new RallyError('BLOCKED', { status, required_action, because, hint })
}
