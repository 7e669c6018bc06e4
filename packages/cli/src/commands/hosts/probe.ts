import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { RallyError } from '@rally/core/errors'
import { type Outcome, RallyCommand } from '../../base-command.js'
import { cliError } from '../../errors.js'
import { roomFlags } from '../../flags.js'
import { chooseHosts } from '../../installing/choose-hosts.js'
import { findRepoRoot } from '../../installing/repo-root.js'
import { writeStderr } from '../../output.js'
import { expectedMoments } from '../../probing/expected-moments.js'
import { hostVersion } from '../../probing/host-version.js'
import { type ProbeNews, playProbe, rememberProbe } from '../../probing/play-probe.js'
import { writeProbe } from '../../probing/write-probe.js'
import { newsText, toJson, toText } from '../../views/setup/hosts-probe.js'

const LONGEST_S = 600

export default class HostsProbe extends RallyCommand {
  static override summary = "See in the real host which texts of rally's reach its model."
  static override description =
    `Waits while you play one turn in a new session of the host. Each of its hooks hands over another harmless word and does nothing else;
then rally tells which words came back, in the model's answer, in a tool call or with the next prompt, and what the host's plugin says
of it; rally hosts shows it from then on. The hooks of the host have to be installed. For people who write or check a plugin.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> claude_code',
    '<%= config.bin %> <%= command.id %> inkwell --out probes',
  ]
  static override args = {
    host: Args.string({ ignoreStdin: true, description: 'Host to probe.', required: true }),
  }
  static override flags = {
    ...roomFlags,
    wait: Flags.integer({ summary: 'Seconds to wait at most.', default: LONGEST_S, min: 1, max: 3600 }),
    out: Flags.string({
      summary: 'Folder to write the result to, named after the version of the host.',
      helpValue: 'DIR',
    }),
    'host-version': Flags.string({
      summary: 'Version of the host, where its program does not say it.',
      helpValue: 'V',
    }),
  }

  protected async execute(): Promise<Outcome> {
    const { args, flags } = await this.parse(HostsProbe)
    const { env, hosts, hookInspection, discovery } = this.rally
    const [host] = chooseHosts(await hosts.list(), [args.host])
    if (host === undefined) throw new RallyError('HOST_UNKNOWN', { host: args.host })
    const { id, title } = host.adapter
    const folder = realpathSync((await findRepoRoot(discovery, flags.workdir)) ?? resolve(flags.workdir))
    const standing = (await hookInspection.inspect(folder))[id] ?? 'absent'
    if (standing === 'absent') throw cliError('HOOKS_ABSENT', { example: id })
    const version = flags['host-version'] ?? hostVersion(host.adapter) ?? null
    const say = (text: string): void => writeStderr(`${text}\n`)
    const onNews = (news: ProbeNews): void => say(newsText(news, { title, folder }))
    const played = await playProbe({ env, host, folder, waitSecs: flags.wait, onNews })
    const { moments } = played
    const seen = toJson({ host: id, version, moments, expected: expectedMoments(host), path: null })
    const unkept = rememberProbe(env, seen, played)
    if (unkept !== undefined) say(`rally hosts will not show this result: ${unkept}`)
    const json = { ...seen, path: flags.out === undefined ? null : writeProbe(resolve(flags.out), seen) }
    const error = json.lost.length > 0 ? cliError('PROBE_LOST', { title, moments: json.lost }) : undefined
    return { json, text: (terminal) => toText(json, terminal), error }
  }
}
