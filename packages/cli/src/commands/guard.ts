import * as Flags from '@oclif/core/flags'
import { isRallyError, reasonOf } from '@rally/core/errors'
import { str } from '@rally/core/readers'
import { isPerson } from '@rally/core/rules/roster/person'
import { type GuardAnswer, guardCommit } from '@rally/core/usecases/claim/guard-commit'
import type { StatusContext } from '@rally/core/usecases/status/status-input'
import { appendTelling } from '@rally/local/channel-files/tellings'
import { isSessionOff } from '@rally/local/configuration/hook-settings'
import { type Outcome, RallyCommand } from '../base-command.js'
import { sessionFlags } from '../flags.js'
import type { Rally } from '../rally.js'
import { showControls } from '../show-controls.js'
import { type GuardView, guardJson, guardRefusal, guardText, warningText } from '../views/guard/guard.js'

type Parsed = Awaited<ReturnType<Guard['parseFlags']>>

export default class Guard extends RallyCommand {
  static override summary =
    'Say which changed files others work on or claimed, before you commit them; exit 5 if there are any.'
  static override description =
    `Of others is what a live session of this working tree edited since the file was last committed, says that it edits, or claimed.
Your own work and that of your subagents is yours. In a merge what comes whole from the other side does not count. Without --staged
also what is not staged, and whether the branch is another one than when you last acted. Nothing is changed.
rally guard install puts it in front of every commit.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> --staged',
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --staged --json',
  ]
  static override flags = {
    ...sessionFlags,
    staged: Flags.boolean({ summary: 'Only what is staged: what git commit would take.' }),
    all: Flags.boolean({ summary: 'Every file, however many there are.' }),
    // What the line in a pre-commit hook asks with: only guard: deny stops a commit, and only an agent's.
    'pre-commit': Flags.boolean({ hidden: true }),
  }

  private async parseFlags() {
    return (await this.parse(Guard)).flags
  }

  protected async execute(): Promise<Outcome> {
    const flags = await this.parseFlags()
    if (flags['pre-commit'] !== true) return this.#look(flags)
    try {
      return await this.#beforeCommit(flags)
    } catch (error) {
      // A commit never fails because rally does.
      const code = isRallyError(error) ? ` [${error.code}]` : ''
      const text = `rally guard: it could not look: ${showControls(reasonOf(error))}${code}; the commit goes on`
      const view = { app: '', sessionId: undefined, staged: true, guard: 'warn' as const, now: 0 }
      return { json: guardJson({ ...NOTHING, unknown: true }, view), text: () => text }
    }
  }

  async #look(flags: Parsed): Promise<Outcome> {
    const { ctx, settings } = await this.#open(flags)
    const staged = flags.staged === true
    const answer = await guardCommit(ctx, { staged, branch: !staged })
    const view = viewOf(ctx, { staged, guard: settings.guard ?? 'warn' })
    const error = guardRefusal(answer, view)
    return {
      json: guardJson(answer, view),
      text: () => (answer.unknown ? '' : guardText(answer, { ...view, all: flags.all })),
      ...(error && { error }),
    }
  }

  async #beforeCommit(flags: Parsed): Promise<Outcome> {
    const { ctx, settings } = await this.#open(flags)
    const { guard = 'warn', hooks } = settings
    const view = viewOf(ctx, { staged: true, guard })
    const isOff = ctx.session !== undefined && isSessionOff(ctx.channel.dir, [ctx.session.sessionId])
    if (guard === 'off' || hooks?.enabled === false || isOff) return { json: guardJson(NOTHING, view), text: () => '' }
    const answer = await guardCommit(ctx, { staged: true })
    const json = guardJson(answer, view)
    // Of several sessions that may be asking each is an agent.
    const isAgent = ctx.session === undefined ? ctx.candidates !== undefined : !isPerson(ctx.session)
    const stopping = { ...answer, others: answer.others.filter(({ stops }) => stops) }
    if (guard === 'deny' && isAgent && stopping.others.length > 0) {
      const error = guardRefusal(stopping, view)
      await remember(ctx, stopping, error?.message ?? '')
      return { json, text: () => guardText(stopping, view), error }
    }
    const told = isAgent ? answer : { ...answer, others: answer.others.filter(concernsPeople) }
    const text = warningText(told, view)
    if (isAgent && told.others.length > 0) await remember(ctx, told, text)
    return { json, text: () => text }
  }

  async #open(flags: Parsed) {
    const ctx = await this.rally.look(flags)
    const { worktree, repoRoot } = ctx.channel
    return { ctx, settings: await this.rally.configuration.read(worktree ?? repoRoot ?? undefined) }
  }
}

function viewOf(
  { channel, session, clock }: Awaited<ReturnType<Rally['look']>>,
  { staged, guard }: Pick<GuardView, 'staged' | 'guard'>,
): GuardView {
  return { app: channel.app, sessionId: session?.sessionId, staged, guard, now: clock.now() }
}

const NOTHING: GuardAnswer = { count: 0, unknown: false, others: [], branch: { now: null, was: null } }

/** What an agent was told is kept, so that `rally why` knows it. */
async function remember(ctx: StatusContext, { others }: GuardAnswer, text: string): Promise<void> {
  const { session, transport, channel } = ctx
  if (session === undefined) return
  const { sessionId, tool } = session
  const name = str((await transport.sessions.get(sessionId))?.name) || null
  const files = [...new Set(others.map(({ path }) => path))]
  const peers = [...new Map(others.map((one) => [one.sessionId, one])).values()].map((one) => {
    const since = one.work?.last ?? one.claim?.claim.since ?? null
    return { id: one.sessionId, name: one.name, since, last: one.work?.last ?? ctx.clock.now() }
  })
  const said = { moment: 'pre-commit', reasons: ['guard'], messages: [], records: [], files, peers, text }
  appendTelling(channel.dir, { at: ctx.clock.now(), session: sessionId, name, tool, context: 0, ...said })
}

/** A person commits what agents finished: that is no news. What one is at work on, or keeps, is. */
function concernsPeople({ working, claim, here }: GuardAnswer['others'][number]): boolean {
  return here && (working || claim !== undefined)
}
