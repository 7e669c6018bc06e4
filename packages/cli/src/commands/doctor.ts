import { RallyError } from '@rally/core/errors'
import { type Outcome, RallyCommand } from '../base-command.js'
import { channelCheck } from '../doctor/checks/channel.js'
import { configurationCheck } from '../doctor/checks/configuration.js'
import { diskCheck } from '../doctor/checks/disk.js'
import { hooksCheck } from '../doctor/checks/hooks.js'
import { identityCheck } from '../doctor/checks/identity.js'
import { integrityCheck } from '../doctor/checks/integrity.js'
import { pluginsCheck } from '../doctor/checks/plugins.js'
import { relayCheck } from '../doctor/checks/relay.js'
import { versionCheck } from '../doctor/checks/version.js'
import { runChecks } from '../doctor/run-checks.js'
import { sessionFlags } from '../flags.js'
import { renderDoctor } from '../views/doctor.js'

const CHECKS = [
  versionCheck,
  channelCheck,
  integrityCheck,
  diskCheck,
  identityCheck,
  configurationCheck,
  pluginsCheck,
  hooksCheck,
  relayCheck,
]

export default class Doctor extends RallyCommand {
  static override summary = 'Check the channel, the disk, identity, plugins and hooks, and say what to do.'
  static override description = 'One line per check. Exits 1 when something is broken; a warning does not count.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']
  static override flags = { ...sessionFlags }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(Doctor)
    const findings = await runChecks(CHECKS, {
      rally: this.rally,
      flags,
      version: this.config.version,
      programRoot: this.config.root,
    })
    const broken = findings.filter((finding) => finding.severity === 'error').length
    return {
      json: { checks: findings, broken },
      text: (terminal) => renderDoctor(findings, terminal),
      ...(broken > 0 ? { error: new RallyError('UNHEALTHY', { count: broken }) } : {}),
    }
  }
}
