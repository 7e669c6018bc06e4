import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import * as Flags from '@oclif/core/flags'
import type { PluginOutcome, RallyApi } from '@rally/core/plugin-api/rally-api'
import type { RoomContext } from '@rally/core/usecases/context'
import { BuildloopCommand } from '../../command-line/base-command.js'
import { parseLists, sessionFlags, toRequest } from '../../command-line/flags.js'

export default class Status extends BuildloopCommand {
  static override summary = 'Coordination status of a run: owned files, verdicts, escalations, what to do.'
  static override description =
    'The same envelope as "<%= config.bin %> status --json", in three lines for a loop. Asking changes nothing.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --session-id loop-1 --owned-file src/cart.js --owned-file docs/',
    '<%= config.bin %> <%= command.id %> --session-id loop-1 --check --json',
  ]
  static override flags = {
    ...sessionFlags,
    'task-ref': Flags.string({ summary: 'Task that this session should be on.', helpValue: 'REF' }),
    'task-heartbeat-grace-seconds': Flags.integer({
      summary: 'Seconds by which a check-in may be late.',
      helpValue: 'N',
      default: 60,
    }),
    'owned-file': Flags.string({
      summary: 'File of this run, relative to the repository; ending in / everything below.',
      helpValue: 'PATH',
      multiple: true,
      multipleNonGreedy: true,
    }),
    'owned-files': Flags.string({ summary: 'File that lists files of this run, one a line.', helpValue: 'PATH' }),
    'owned-files-csv': Flags.string({ summary: 'Files of this run, separated by commas.', helpValue: 'LIST' }),
    'files-in-flight': Flags.string({ summary: 'Files being edited, separated by commas.', helpValue: 'LIST' }),
    'coordination-file': Flags.string({ summary: 'Coordination file whose verdicts count.', helpValue: 'PATH' }),
    'since-revision': Flags.integer({ summary: 'List only changes after this revision.', helpValue: 'N' }),
    'max-changes': Flags.integer({ summary: 'List at most this many changes.', helpValue: 'N', default: 20, min: 0 }),
    'include-archived': Flags.boolean({ summary: 'List changes too that are old enough to be left out.' }),
    check: Flags.boolean({ summary: 'Exit 5 when the room is blocked.' }),
  }

  protected async execute(api: RallyApi): Promise<PluginOutcome> {
    const { flags } = await this.parse(Status)
    const ctx = await openStatusRoom(api, toRequest(flags))
    const { 'coordination-file': coordination, 'files-in-flight': inFlight } = flags
    const report = await api.usecases.readStatus(ctx, {
      taskRef: flags['task-ref'],
      graceSeconds: flags['task-heartbeat-grace-seconds'],
      ownedFiles: [
        ...(flags['owned-file'] ?? []),
        ...parseLists(flags['owned-files-csv']),
        ...readLines(api, flags['owned-files']),
      ],
      filesInFlight: inFlight === undefined ? undefined : parseLists(inFlight),
      coordinationFile: coordination === undefined ? undefined : resolve(ctx.workdir, coordination),
      sinceRevision: flags['since-revision'],
      maxChanges: flags['max-changes'],
      includeArchived: flags['include-archived'],
    })
    const { status, required_action, escalation_count, blocked_verdict_count } = report
    const counts = [
      escalation_count > 0 ? `${escalation_count} open escalation(s)` : '',
      blocked_verdict_count > 0 ? `${blocked_verdict_count} BLOCKED verdict(s)` : '',
    ].filter((part) => part !== '')
    const lines = [`channel: ${report.channel_dir}`, `${status}: ${required_action}`]
    if (counts.length > 0) lines.push(`  [!] ${counts.join(', ')}`)
    const refused = flags.check && status === 'blocked'
    return {
      json: report,
      text: lines.join('\n'),
      ...(refused ? { error: api.error('BLOCKED', { required_action }) } : {}),
    }
  }
}

/** A person asks, too, who is no session. */
async function openStatusRoom(api: RallyApi, request: ReturnType<typeof toRequest>): Promise<RoomContext> {
  try {
    return await api.session(request)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'SESSION_UNKNOWN') return api.room(request)
    throw error
  }
}

function readLines(api: RallyApi, path: string | undefined): string[] {
  if (path === undefined) return []
  try {
    const lines = readFileSync(path, 'utf8').split('\n')
    return lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'))
  } catch (error) {
    throw api.error('READ_FAILED', { path, reason: error instanceof Error ? error.message : String(error) })
  }
}
