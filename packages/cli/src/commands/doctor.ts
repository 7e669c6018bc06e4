import * as Flags from '@oclif/core/flags'
import { type Outcome, RallyCommand } from '../base-command.js'
import type { CheckContext } from '../doctor/check.js'
import { channelCheck } from '../doctor/checks/channel.js'
import { clockCheck } from '../doctor/checks/clock.js'
import { configurationCheck } from '../doctor/checks/configuration.js'
import { diskCheck } from '../doctor/checks/disk.js'
import { guardCheck } from '../doctor/checks/guard.js'
import { hookCrashesCheck } from '../doctor/checks/hook-crashes.js'
import { hookJournalCheck } from '../doctor/checks/hook-journal.js'
import { hooksCheck } from '../doctor/checks/hooks.js'
import { identityCheck } from '../doctor/checks/identity.js'
import { integrityCheck } from '../doctor/checks/integrity.js'
import { leftoversCheck } from '../doctor/checks/leftovers.js'
import { lockCheck } from '../doctor/checks/lock.js'
import { pluginsCheck } from '../doctor/checks/plugins.js'
import { relayCheck } from '../doctor/checks/relay.js'
import { stateCheck } from '../doctor/checks/state.js'
import { transportsCheck } from '../doctor/checks/transports.js'
import { versionCheck } from '../doctor/checks/version.js'
import { repair } from '../doctor/repair.js'
import { runChecks } from '../doctor/run-checks.js'
import { cliError } from '../errors.js'
import { sessionFlags } from '../flags.js'
import { toJson, toText } from '../views/setup/doctor.js'

const CHECKS = [
  versionCheck,
  channelCheck,
  integrityCheck,
  leftoversCheck,
  lockCheck,
  diskCheck,
  stateCheck,
  clockCheck,
  identityCheck,
  configurationCheck,
  pluginsCheck,
  transportsCheck,
  hooksCheck,
  hookJournalCheck,
  hookCrashesCheck,
  guardCheck,
  relayCheck,
]

export default class Doctor extends RallyCommand {
  static override summary = 'Check the channel, the disk, identity, plugins and hooks, and say what to do.'
  static override description =
    `What is wrong: a stable code, how bad it is, the place, one thing to do; then a sum. --all lists every check. Exits 1 when something is broken; a warning does
not count. --fix does what is safe: it closes the channel's folder to other users and removes temporary files of writers that died.`
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']
  static override flags = {
    ...sessionFlags,
    all: Flags.boolean({ summary: 'Also the checks that found nothing wrong.' }),
    fix: Flags.boolean({ summary: 'Repair what can be repaired without losing anything, then check.' }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(Doctor)
    const context: CheckContext = {
      rally: this.rally,
      flags,
      version: this.config.version,
      programRoot: this.config.root,
      dataDir: this.config.dataDir,
      plugins: [...this.config.plugins.values()],
    }
    const fixed = flags.fix ? await repair(context) : []
    const findings = [...fixed, ...(await runChecks(CHECKS, context))]
    const json = toJson(findings)
    const error = json.broken > 0 ? cliError('UNHEALTHY', { count: json.broken }) : undefined
    return { json, text: (terminal) => toText(findings, { ...terminal, all: flags.all, fixed: fixed.length }), error }
  }
}
