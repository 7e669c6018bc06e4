import * as Flags from '@oclif/core/flags'
import { RallyError } from '@rally/core/errors'
import { parseLength } from '@rally/core/rules/claim/parse-length'
import { compactRoom } from '@rally/core/usecases/log/compact-room'
import { type Outcome, RallyCommand } from '../base-command.js'
import { roomFlags } from '../flags.js'
import { startProgress } from '../progress.js'
import { compactJson, compactText } from '../views/log/compact.js'

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 }

export default class Compact extends RallyCommand {
  static override summary = 'Archive an old or large log; nothing is lost, and rally reads archives as well.'
  static override description =
    `The log gets the name that the existing system gives to rotated logs, and a new one begins. Readers of the existing system do not
look into archives: a log with an open handoff or escalation stays, unless --with-open is given. Messages and cursors stay as they
are. Safe while others write.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> --dry-run',
    '<%= config.bin %> <%= command.id %> --min-size 1MB --older 7d',
  ]
  static override flags = {
    ...roomFlags,
    'min-size': Flags.string({ summary: 'Archive a log of this size.', helpValue: 'SIZE', default: '16MB' }),
    older: Flags.string({
      summary: 'Archive a log that begins before this: 7d, 12h.',
      helpValue: 'TIME',
      default: '30d',
    }),
    'with-open': Flags.boolean({ summary: 'Also while a handoff or an escalation is open.' }),
    'dry-run': Flags.boolean({ summary: 'Only say what would be done.' }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(Compact)
    const minBytes = readSize(flags['min-size'])
    const secs = parseLength(flags.older)
    if (secs === undefined) throw usage('older', flags.older, '--older 7d')
    const ctx = await this.rally.room(flags)
    const progress = startProgress('reading the log', this.rally.env)
    const olderThan = ctx.clock.now() - secs
    const done = await compactRoom(ctx, { minBytes, olderThan, withOpen: flags['with-open'], dryRun: flags['dry-run'] })
    progress.end()
    return {
      json: compactJson(done, ctx.channel.app),
      text: () => compactText(done),
    }
  }
}

/** `16MB`, `500k`, `1000`. Throws USAGE. */
function readSize(text: string): number {
  const [, digits, unit = ''] = /^(\d{1,9})\s*([kmg]?)(?:i?b)?$/i.exec(text.trim()) ?? []
  const factor = UNITS[unit.toLowerCase()]
  if (digits === undefined || factor === undefined) throw usage('min-size', text, '--min-size 16MB')
  return Number(digits) * factor
}

function usage(flag: string, value: string, example: string): RallyError {
  const message = `--${flag} does not take ${JSON.stringify(value.slice(0, 40))}`
  return new RallyError('USAGE', { message, hint: `write it as ${example}` })
}
