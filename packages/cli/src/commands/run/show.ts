import { resolve } from 'node:path'
import { RallyError } from '@rally/core/errors'
import { type Outcome, RallyCommand } from '../../base-command.js'
import { roomFlags } from '../../flags.js'
import { requireRunIdentity } from '../../plugins/require-run-identity.js'

export default class RunShow extends RallyCommand {
  static override summary = 'Show the durable run of this repository.'
  static override examples = ['<%= config.bin %> <%= command.id %>']
  static override flags = { ...roomFlags }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(RunShow)
    const runIdentity = requireRunIdentity(this.rally, this.supplierOf('run-identity'))
    const workdir = resolve(flags.workdir)
    const run = await runIdentity.read(workdir)
    if (!run)
      throw new RallyError('NOT_FOUND', { what: 'run in', value: workdir, hint: 'start one with rally run start' })
    return { json: run, text: () => `${run.build_loop_id}\n${run.build_loop_run_label ?? ''}` }
  }
}
