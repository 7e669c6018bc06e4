import { RallyError } from '@rally/core/errors'
import type { Configuration } from '@rally/core/model/configuration'
import type { GuardOutput } from '@rally/core/model/outputs/guard'
import { formatAge } from '@rally/core/rules/text/format-age'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import { quoteForShell } from '@rally/core/rules/text/quote-for-shell'
import type { GuardAnswer, GuardedFile } from '@rally/core/usecases/claim/guard-commit'
import { cliError } from '../../errors.js'
import { showControls } from '../../show-controls.js'
import { toRow } from '../claim/claim.js'
import { plural, quotePeer } from '../text/lines.js'

/** More files than this are counted, not shown. */
const MOST_FILES = 20

export interface GuardView {
  readonly app: string
  readonly sessionId: string | undefined
  readonly staged: boolean
  readonly guard: NonNullable<Configuration['guard']>
  /** Epoch seconds. */
  readonly now: number
}

/** Whether somebody changed the branch under the session that asks. */
function branchMoved({ branch: { now, was } }: GuardAnswer): boolean {
  return now !== null && was !== null && now !== was
}

export function guardJson(answer: GuardAnswer, { app, sessionId, staged, guard }: GuardView): GuardOutput {
  const { count, unknown, others, branch } = answer
  return {
    action: 'guard',
    app_slug: app,
    session_id: sessionId ?? null,
    ...{ staged, count, unknown, guard },
    others: others.map(({ path, sessionId: id, name, tool, work, claim, here, working, stops }) => ({
      ...{ path, session_id: id, name, tool },
      last_edit: work === undefined || work.announced ? null : work.last,
      in_flight: work !== undefined,
      claim:
        claim === undefined ? null : { ...toRow(claim.claim, name), pattern: claim.pattern, overlap: claim.overlap },
      ...{ same_tree: here, working, stops },
    })),
    branch: { ...branch, moved: branchMoved(answer) },
  }
}

/** The files of others, one a line: those that stop a commit first. */
export function guardText(
  answer: GuardAnswer,
  { staged, now, all = false }: Pick<GuardView, 'staged' | 'now'> & { all?: boolean },
): string {
  const what = staged ? 'staged' : 'changed'
  if (answer.count === 0) return `nothing is ${what}`
  if (answer.others.length === 0) {
    return `${plural(answer.count, `${what} file`)}: nobody else works on ${answer.count === 1 ? 'it or claimed it' : 'them or claimed them'}`
  }
  const sorted = [...answer.others].sort((a, b) => Number(b.stops) - Number(a.stops))
  const shown = all ? sorted : sorted.slice(0, MOST_FILES)
  const left = sorted.length - shown.length
  return [
    ...shown.map((file) => `${showControls(file.path)}  ${whose(file, now)}`),
    ...(left > 0 ? [`and ${plural(left, 'more file')}: --all shows them`] : []),
  ].join('\n')
}

/** `codex-1 edited it 3m05s ago and claimed src/** ("new cart")`. */
function whose({ name, work, claim, here }: GuardedFile, now: number): string {
  const doubt = work?.doubtful ? ', a moment before it was committed' : ''
  const edited = work?.announced ? 'is editing it' : `edited it ${formatAge(now - (work?.last ?? now))} ago${doubt}`
  const does = work === undefined ? [] : [edited]
  const { why, mode } = claim?.claim ?? {}
  const words = why === null || why === undefined ? '' : ` (${quotePeer(why, 60)})`
  const verb = `${claim?.overlap === 'possible' ? 'may have ' : ''}claimed${mode === 'shared' ? ' (shared)' : ''}`
  const keeps = claim === undefined ? [] : [`${verb} ${cleanLine(claim.pattern)}${words}`]
  return `${cleanLine(name)} ${[...does, ...keeps].join(' and ')}${here ? '' : ', in another working tree'}`
}

/** Why a commit would be wrong; undefined when nothing speaks against it. */
export function guardRefusal(answer: GuardAnswer, view: Pick<GuardView, 'staged' | 'now'>): RallyError | undefined {
  const { others, unknown, branch } = answer
  if (unknown) return new RallyError('TIMED_OUT', { seconds: 2.5, what: 'git' })
  const [first] = [...others].sort((a, b) => Number(b.stops) - Number(a.stops))
  if (first !== undefined) {
    const ask = `rally ask ${quoteForShell(first.name)} ${quoteForShell(`may I commit ${first.path}?`)}`
    return cliError('OTHERS_WORK', {
      count: new Set(others.map(({ path }) => path)).size,
      of: answer.count,
      what: view.staged ? 'staged files' : 'changed files',
      path: first.path,
      why: whose(first, view.now),
      holder: first.name,
      session_id: first.sessionId,
      more: new Set(others.map(({ path }) => path)).size - 1,
      hint: `commit your own files by name (git commit -- FILE), or ask: ${ask}`,
    })
  }
  return branchMoved(answer) ? cliError('BRANCH_MOVED', branch) : undefined
}

/** What the line in the pre-commit hook says where the commit goes on. */
export function warningText(answer: GuardAnswer, view: Pick<GuardView, 'now'>): string {
  if (answer.unknown) return 'rally guard: git did not answer in time; the commit goes on'
  if (answer.others.length === 0) return ''
  const lines = guardText(answer, { ...view, staged: true }).split('\n')
  const head = 'rally guard: others work on files of this commit, or claimed them; the commit goes on'
  return [head, ...lines.map((line) => `  ${line}`)].join('\n')
}
