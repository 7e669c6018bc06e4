import { REASON_CODES } from '../../model/reason-codes.js'
import type {
  PictureAgent,
  PictureCollision,
  PictureReason,
  ReasonCode,
  RoomPicture,
} from '../../model/room-picture.js'
import type { TaskHealth } from '../task/task-health.js'
import { clip } from '../text/clip.js'
import { formatAge } from '../text/format-age.js'
import { cleanLine } from '../text/peer-text.js'

/** What decides whether a room is clear. Times are epoch seconds. */
export interface VerdictFacts {
  readonly now: number
  readonly escalations: readonly {
    readonly from: string
    readonly reason: string
    readonly since: number | null
    /** A person looks, whom it waits for. */
    readonly isForYou?: boolean
  }[]
  /** Blocking entries of a coordination file. */
  readonly verdicts: readonly { readonly step: string; readonly verdict: string; readonly actor: string }[]
  /** Health of the asking session's task; undefined when nobody in particular asks. */
  readonly health: TaskHealth | undefined
  readonly collisions: readonly PictureCollision[]
  readonly agents: readonly PictureAgent[]
  /** Claimed files that somebody else edits. */
  readonly claimsEdited: readonly { readonly path: string; readonly holder: string; readonly editor: string }[]
  /** Changed files that no live session has in flight and the asking agent does not own; empty when a person asks. */
  readonly outside: readonly string[]
  /** An agent asks, and git did not answer in time. */
  readonly changesUnknown: boolean
}

/** The asking session in the place of a name. */
export const YOU = 'you'

const FILES_SHOWN = 3
const TEXT_CHARS = 200

/** The verdict and every reason for it, worst first. */
export function judgePicture(facts: VerdictFacts): RoomPicture['verdict'] {
  const because = [...blocking(facts), ...warning(facts)].sort(
    (a, b) => REASON_CODES.indexOf(a.code) - REASON_CODES.indexOf(b.code),
  )
  const worst = because[0]
  return { status: worst === undefined ? 'clear' : isBlocking(worst.code) ? 'blocked' : 'warn', because }
}

const BLOCKING: readonly ReasonCode[] = [
  'open_escalation',
  'unresolved_verdict',
  'task_blocked',
  'task_needs_attention',
]

function isBlocking(code: ReasonCode): boolean {
  return BLOCKING.includes(code)
}

function* blocking({ escalations, verdicts, health, now }: VerdictFacts): Generator<PictureReason> {
  for (const { from, reason, since, isForYou } of escalations) {
    yield {
      code: 'open_escalation',
      text: `${from} asks${isForYou === true ? ' you' : ''}${age(since, now)}: ${quote(reason)}`,
      since,
    }
  }
  for (const { step, verdict, actor } of verdicts) {
    const text = `step ${cleanLine(step)} is ${cleanLine(verdict)} by ${cleanLine(actor)}`
    yield { code: 'unresolved_verdict', text: shorten(text), since: null }
  }
  yield* taskReason(health, ['blocked', 'needs_attention'])
}

function* warning(facts: VerdictFacts): Generator<PictureReason> {
  const { collisions, claimsEdited, agents, health, outside, now } = facts
  for (const { path, sessions, kind, since } of collisions) {
    // Two working trees meet when they are merged: worth a line in the picture, no reason to stop.
    if (kind !== 'same-tree') continue
    const who = sessions.map(({ name, last_edit }) => `${name}${last_edit === null ? '' : age(last_edit, now)}`)
    yield {
      code: 'collision',
      text: `${showFile(path)}: ${who.join(' and ')}, same working tree`,
      files: [path],
      since,
    }
  }
  for (const { path, holder, editor } of claimsEdited) {
    yield { code: 'claim_edited', text: claimText(path, holder, editor), files: [path], since: null }
  }
  // Two that edit one file are told that; each sees the other's changes.
  const colliding = new Set(collisions.filter(({ kind }) => kind === 'same-tree').map(({ path }) => path))
  for (const { name, session_id, files } of agents) {
    const changed = files
      .filter(({ changed_since_read: changed, path }) => changed === true && !colliding.has(path))
      .map(({ path }) => path)
    if (changed.length === 0) continue
    const text = `${listFiles(changed)} changed since ${name} read ${changed.length === 1 ? 'it' : 'them'}`
    yield { code: 'changed_since_read', text, session: session_id, files: changed, since: null }
  }
  yield* taskReason(health, ['wrong_task', 'missing', 'drift_risk', 'stale_check_in'])
  if (outside.length > 0) {
    const text = `${outside.length === 1 ? '1 changed file is' : `${outside.length} changed files are`} nobody's here: ${listFiles(outside)}`
    yield { code: 'changed_outside_owned', text, files: [...outside], since: null }
  }
  if (facts.changesUnknown) yield { code: 'changes_unknown', text: 'git did not answer in time', since: null }
}

function* taskReason(health: TaskHealth | undefined, words: readonly TaskHealth['health'][]): Generator<PictureReason> {
  if (health === undefined || !words.includes(health.health)) return
  const ref = health.expected_ref ?? health.latest?.task_ref ?? ''
  const reason = health.latest?.attention_reason ? ` ${quote(health.latest.attention_reason)}` : ''
  const text = `task ${cleanLine(ref)}: ${health.health.replaceAll('_', ' ')}${reason}`
  yield { code: `task_${health.health}` as ReasonCode, text: shorten(text), since: health.latest?.ts ?? null }
}

function claimText(path: string, holder: string, editor: string): string {
  const what = `${editor === YOU ? 'you edit' : `${editor} edits`} ${showFile(path)}`
  return `${what}, ${holder === YOU ? 'which you own' : `claimed by ${holder}`}`
}

function listFiles(paths: readonly string[]): string {
  const more = paths.length > FILES_SHOWN ? ` and ${paths.length - FILES_SHOWN} more` : ''
  return `${paths.slice(0, FILES_SHOWN).map(showFile).join(', ')}${more}`
}

function showFile(path: string): string {
  return clip(cleanLine(path), 80, { keep: 79, mark: '…' })
}

function quote(text: string): string {
  return `"${clip(cleanLine(text).replaceAll('"', "'"), 120, { keep: 119, mark: '…' })}"`
}

function shorten(text: string): string {
  return clip(text, TEXT_CHARS, { keep: TEXT_CHARS - 1, mark: '…' })
}

function age(since: number | null, now: number): string {
  return since === null ? '' : ` ${formatAge(Math.max(0, now - since))} ago`
}
