import type { RoomPicture } from '../../model/room-picture.js'
import { matchesFile, overlapOf, parseFilePattern } from '../../rules/files/file-pattern.js'
import { type ClaimReport, listClaims } from '../claim/list-claims.js'
import { drawPicture } from '../picture/draw-picture.js'
import { gatherRoom } from '../status/gather-room.js'
import type { StatusContext, StatusInput } from '../status/status-input.js'
import { knownSessions } from './known-sessions.js'

export interface WhoQuery {
  /** Files, folders, globs, relative to the top of a working tree. */
  readonly files: readonly string[]
  /** Epoch seconds. */
  readonly since: number
  readonly prompts?: StatusInput['prompts']
}

interface Touching {
  readonly session_id: string
  readonly name: string
  readonly tool: string
  readonly task: string
  readonly path: string
}

export interface WhoTouched {
  readonly inFlight: readonly (Touching & { readonly last_edit: number | null; readonly worktree: string | null })[]
  readonly claims: readonly ClaimReport[]
  readonly edits: readonly (Touching & {
    readonly since: number
    readonly last: number
    readonly count: number
    readonly worktree: string
  })[]
}

/** Git is not asked. */
const NOT_ASKED = { files: [], unknown: false }

/** Who edits some files now, who claimed them, and who edited them before. Writes nothing but the folded history. */
export async function whoTouched(ctx: StatusContext, query: WhoQuery): Promise<WhoTouched> {
  const patterns = query.files.map((file) => parseFilePattern(file))
  const isAsked = (path: string): boolean => patterns.some((pattern) => matchesFile(pattern, path))
  const mayBeAsked = (text: string): boolean =>
    patterns.some((pattern) => overlapOf(parseFilePattern(text), pattern) !== 'none')
  const now = ctx.clock.now()
  const input = { prompts: query.prompts }
  const [facts, claims, known, history] = await Promise.all([
    gatherRoom(ctx, input, { dirty: NOT_ASKED, lastMessages: [] }),
    listClaims(ctx),
    knownSessions(ctx),
    ctx.history?.edits({ now, since: query.since, matches: ({ path }) => isAsked(path) }) ?? [],
  ])
  const picture: RoomPicture = drawPicture(ctx, facts, input)
  const agents = new Map(picture.agents.map((agent) => [agent.session_id, agent]))
  const inFlight = picture.agents
    .filter(({ state }) => state !== 'gone' && state !== 'silent')
    .flatMap(({ session_id, name, tool, task, worktree, files }) =>
      files
        .filter(({ path }) => mayBeAsked(path))
        .map(({ path, last_edit }) => ({ session_id, name, tool, task, path, last_edit, worktree })),
    )
    .sort((a, b) => (b.last_edit ?? 0) - (a.last_edit ?? 0))
  return {
    inFlight,
    claims: claims.filter(({ holds, claim }) => holds && claim.patterns.some(mayBeAsked)),
    edits: [...history].reverse().map(({ sessionId, name, tool, path, since, last, count, worktree }) => ({
      session_id: sessionId,
      name: name ?? known.nameOf(sessionId, tool),
      tool,
      task: agents.get(sessionId)?.task ?? '',
      path,
      since,
      last,
      count,
      worktree,
    })),
  }
}
