import * as Flags from '@oclif/core/flags'
import { type Outcome, RallyCommand } from '../../base-command.js'
import { cliError } from '../../errors.js'
import { changeHooks } from '../../installing/change-hooks.js'
import { chooseHosts, isDetected } from '../../installing/choose-hosts.js'
import { dryRunFlag, hookFlags, scopeFlag } from '../../installing/hook-flags.js'
import { refusalError } from '../../installing/refusal-error.js'
import { findSilence } from '../../installing/silenced.js'
import { toJson, toText } from '../../views/setup/hook-changes.js'

export default class HooksInstall extends RallyCommand {
  static override summary = "Put rally's hooks into the configuration of the hosts."
  static override description =
    `Without --host: every host that is set up here. Everything else in a file stays as it is, byte for byte; what cannot be
changed safely is left alone and named with line and column. A second run changes nothing. rally hooks uninstall undoes it.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> --host claude_code --dry-run',
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --host codex --scope user --trust',
    '<%= config.bin %> <%= command.id %> --host codex --mcp',
  ]
  static override flags = {
    ...hookFlags,
    ...scopeFlag,
    trust: Flags.boolean({
      summary: 'Also record in the host that you trust exactly these entries, where it keeps that per entry.',
    }),
    mcp: Flags.boolean({
      summary:
        'Also tell the host of the server rally mcp, and that its agents may use its tools: in your own files, unless --scope says otherwise.',
    }),
    ...dryRunFlag,
  }

  protected async execute(): Promise<Outcome> {
    const { flags, metadata } = await this.parse(HooksInstall)
    // A server is a person's own choice: no file that a team shares is changed unless that is said.
    const server = metadata.flags.scope?.setFromDefault ? 'user' : flags.scope
    const change = await changeHooks(this.rally, 'install', {
      flags,
      trust: flags.trust,
      mcp: flags.mcp ? [server] : [],
      choose: (found, surroundings) => {
        const chosen = chooseHosts(found, flags.host ?? [], (host) => isDetected(host, surroundings))
        if (chosen.length > 0) return chosen
        throw cliError('HOST_NOT_DETECTED', {
          example: found.find(({ adapter }) => adapter !== undefined && adapter.configFiles.length > 0)?.id,
        })
      },
    })
    const { surroundings, repoRoot, changes } = change
    const json = toJson(change, findSilence(this.rally.env, repoRoot)?.reason)
    const places = { home: surroundings.home, repoRoot, diff: flags.diff }
    return { json, text: (terminal) => toText(json, terminal, places), error: refusalError(changes) }
  }
}
