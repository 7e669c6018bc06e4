import * as Flags from '@oclif/core/flags'
import type { StatusReadOutput } from '@rally/core/model/outputs/status-read'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import { findStatusPointer } from '@rally/core/usecases/status/read-status-pointer'
import { type Outcome, RallyCommand } from '../base-command.js'
import { sessionFlags } from '../flags.js'
import { quotePeer } from '../views/text/lines.js'

export default class StatusRead extends RallyCommand {
  static override summary = "Find the run's status document: the newest pointer that somebody posted."
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --tool codex --json',
  ]
  static override flags = {
    ...sessionFlags,
    tool: Flags.string({ summary: 'Only pointers of this tool.', helpValue: 'TOOL' }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(StatusRead)
    const ctx = await this.rally.room(flags)
    const found = await findStatusPointer(ctx, { tool: flags.tool })
    const json: StatusReadOutput = {
      action: 'status-read',
      app_slug: ctx.channel.app,
      found: false,
      latest: null,
      pointer: null,
    }
    if (found === undefined) return { json, text: () => 'nobody posted a status document' }
    const { pointer, said, record } = found
    const text = () => {
      const commit = pointer.committed_sha === null ? '' : ` at ${cleanLine(pointer.committed_sha)}`
      const summary = said === '' ? '' : `\n${quotePeer(said, 200)}`
      return `${cleanLine(pointer.file)}${commit}, posted by ${cleanLine(pointer.tool)}${summary}`
    }
    return { json: { ...json, found: true, latest: record, pointer }, text }
  }
}
