import { z } from 'zod'
import { REASON_CODES } from './reason-codes.js'

/** What an agent does just now. `asks` waits for an answer; `silent` was not heard of for long, `gone` has ended. */
export const AGENT_STATES = ['working', 'idle', 'asks', 'silent', 'gone'] as const

/** Where the words about an agent's task come from, the best source first. */
const TASK_SOURCES = ['said', 'heartbeat', 'prompt', 'branch', 'none'] as const

const seconds = z.number()

export const pictureReasonSchema = z.looseObject({
  code: z.enum(REASON_CODES),
  /** One plain sentence; names and paths in it are cleaned and cut. */
  text: z.string(),
  /** Id of the session that it is about, where it is about one. */
  session: z.string().optional(),
  files: z.array(z.string()).optional(),
  /** Epoch seconds; null when not known. */
  since: seconds.nullable(),
})

export const pictureFileSchema = z.looseObject({
  /** Relative to the top of the agent's working tree, `/`-separated. */
  path: z.string(),
  /** Epoch seconds of the last edit; null for what was announced without one. */
  last_edit: seconds.nullable(),
  /** Somebody else changed it after this session's last look. */
  changed_since_read: z.boolean().optional(),
})

export const pictureAgentSchema = z.looseObject({
  /** Short name in this room, `claude-1`. */
  name: z.string(),
  session_id: z.string(),
  tool: z.string(),
  parent: z.string().nullable(),
  /** Live subagents. */
  children: z.number().int(),
  state: z.enum(AGENT_STATES),
  /** It waits for an answer of whoever looks; absent otherwise. */
  asks_you: z.boolean().optional(),
  /** Epoch seconds of its last action. */
  since: seconds,
  /** At most 80 characters; empty when nothing is known. */
  task: z.string(),
  task_source: z.enum(TASK_SOURCES),
  branch: z.string().nullable(),
  worktree: z.string().nullable(),
  machine: z.string().nullable(),
  files: z.array(pictureFileSchema),
  /** Patterns that it claimed. */
  claims: z.array(z.string()),
  /** Messages that it has not acknowledged; null when not known. */
  unread: z.number().int().nullable(),
  /** Whether it is the session that asks. */
  self: z.boolean(),
})

export const pictureCollisionSchema = z.looseObject({
  path: z.string(),
  /** Who edits it, newest edit first. */
  sessions: z.array(z.looseObject({ session_id: z.string(), name: z.string(), last_edit: seconds.nullable() })),
  /** `same-tree`: one can overwrite the other. `merge-risk`: they meet when merged. */
  kind: z.enum(['same-tree', 'merge-risk']),
  since: seconds,
  /** Session ids that were told of it. */
  warned: z.array(z.string()),
})

export const pictureQuestionSchema = z.looseObject({
  id: z.string(),
  /** Number in this room. */
  number: z.number().int().nullable(),
  kind: z.enum(['escalation', 'ask', 'handoff']),
  from: z.string(),
  to: z.string(),
  text: z.string(),
  since: seconds.nullable(),
  /** The command that answers it. */
  answer_with: z.string(),
})

export const pictureMessageSchema = z.looseObject({
  id: z.string(),
  number: z.number().int().nullable(),
  from: z.string(),
  to: z.string(),
  text: z.string(),
  at: seconds.nullable(),
  /** How far it got, where that is known. */
  ladder: z.string().nullable(),
})

export const roomPictureSchema = z.looseObject({
  room: z.looseObject({
    app: z.string(),
    branch: z.string().nullable(),
    repo_root: z.string().nullable(),
    machine: z.string().nullable(),
    revision: z.number().int(),
    at: seconds,
  }),
  verdict: z.looseObject({ status: z.enum(['clear', 'warn', 'blocked']), because: z.array(pictureReasonSchema) }),
  /** Trouble first, then who waits for a person, then the working ones by last action, then idle. */
  agents: z.array(pictureAgentSchema),
  collisions: z.array(pictureCollisionSchema),
  questions: z.array(pictureQuestionSchema),
  /** The last few, oldest first. */
  messages: z.array(pictureMessageSchema),
  people: z.array(z.looseObject({ name: z.string(), session_id: z.string(), open: z.number().int() })),
})

export type RoomPicture = z.infer<typeof roomPictureSchema>
export type PictureReason = z.infer<typeof pictureReasonSchema>
export type PictureAgent = z.infer<typeof pictureAgentSchema>
export type PictureCollision = z.infer<typeof pictureCollisionSchema>
export type PictureQuestion = z.infer<typeof pictureQuestionSchema>
export type PictureMessage = z.infer<typeof pictureMessageSchema>
export type AgentState = PictureAgent['state']
export type ReasonCode = PictureReason['code']
