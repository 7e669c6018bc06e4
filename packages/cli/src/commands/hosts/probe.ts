import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { RallyError, reasonOf } from '@rally/core/errors'
import { judgeProbe } from '@rally/core/rules/host/judge-probe'
import { keepProbe } from '@rally/local/hook-files/kept-probes'
import { beginProbe, endProbe, readSightings } from '@rally/local/hook-files/probe-file'
import { type Outcome, RallyCommand } from '../../base-command.js'
import { cliError } from '../../errors.js'
import { roomFlags } from '../../flags.js'
import { chooseHosts } from '../../installing/choose-hosts.js'
import { findRepoRoot } from '../../installing/repo-root.js'
import { writeStderr } from '../../output.js'
import { expectedMoments } from '../../probing/expected-moments.js'
import { hostVersion } from '../../probing/host-version.js'
import { probeWords } from '../../probing/probe-words.js'
import { readTranscripts, takeAnswerFile } from '../../probing/read-answers.js'
import { waitForTurn } from '../../probing/wait-for-turn.js'
import { writeProbe } from '../../probing/write-probe.js'
import { instructionsOf, NEWS, toJson, toText } from '../../views/setup/hosts-probe.js'

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
    const [chosen] = chooseHosts(await hosts.list(), [args.host])
    if (chosen === undefined) throw new RallyError('HOST_UNKNOWN', { host: args.host })
    const { adapter } = chosen
    const folder = realpathSync((await findRepoRoot(discovery, flags.workdir)) ?? resolve(flags.workdir))
    const standing = (await hookInspection.inspect(folder))[adapter.id] ?? 'absent'
    if (standing === 'absent') throw cliError('HOOKS_ABSENT', { example: adapter.id })
    const version = flags['host-version'] ?? hostVersion(adapter) ?? null
    const now = Date.now() / 1000
    const plan = { host: adapter.id, folder, until: now + flags.wait, words: probeWords(Math.random) }
    if (!beginProbe(env, plan, now)) throw new RallyError('BUSY', { what: 'the probe of another terminal' })
    const stop = (): void => {
      endProbe(env)
      process.exit(130)
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop)
    const say = (text: string): void => writeStderr(`${text}\n`)
    try {
      say(instructionsOf({ title: adapter.title, folder }))
      const person = process.stdin.isTTY ? process.stdin : undefined
      const pasted = await waitForTurn({ env, person, until: plan.until, onNews: (news) => say(NEWS[news]) })
      const facts = readSightings(env)
      if (facts.length === 0) throw cliError('PROBE_UNHEARD', { title: adapter.title, id: adapter.id })
      const answer = [...pasted, takeAnswerFile(folder, Object.values(plan.words))].join('\n')
      const { context } = adapter.capabilities
      const names = [adapter.id, adapter.shortName ?? adapter.id]
      const transcripts = readTranscripts(facts)
      const moments = judgeProbe({ words: plan.words, facts, transcripts, answer, names, context })
      const expected = expectedMoments(chosen)
      const seen = toJson({ host: adapter.id, version, moments, expected, path: null })
      const heard = moments.filter(({ back }) => back.length > 0).map(({ moment }) => moment)
      try {
        keepProbe(env, adapter.id, { version, probedAt: now, heard, lost: seen.lost }, `${process.pid}`)
      } catch (error) {
        say(`rally hosts will not show this result: ${reasonOf(error)}`)
      }
      const path = flags.out === undefined ? null : writeProbe(resolve(flags.out), seen)
      const json = { ...seen, path }
      const error =
        json.lost.length > 0 ? cliError('PROBE_LOST', { title: adapter.title, moments: json.lost }) : undefined
      return { json, text: (terminal) => toText(json, terminal), error }
    } finally {
      endProbe(env)
    }
  }
}
