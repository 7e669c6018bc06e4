import * as Flags from '@oclif/core/flags'
import type { SessionRequest } from '@rally/core/plugin-api/rally-api'

/** Flags of every command that works in a room. */
export const roomFlags = {
  workdir: Flags.string({
    summary: 'Folder whose repository is meant.',
    helpValue: 'DIR',
    default: '.',
    helpGroup: 'GLOBAL',
  }),
}

/** Flags of every command that a session asks. All optional: without them rally finds out who is asking. */
export const sessionFlags = {
  ...roomFlags,
  'session-id': Flags.string({ summary: 'Session that is asking.', helpValue: 'ID', helpGroup: 'IDENTITY' }),
  tool: Flags.string({
    summary: 'Tool of that session, for example the id of its host.',
    helpValue: 'ID',
    helpGroup: 'IDENTITY',
  }),
  model: Flags.string({ summary: 'Model of that session.', helpGroup: 'IDENTITY' }),
  'run-id': Flags.string({
    summary: 'Run of that session, chosen by the caller.',
    helpValue: 'ID',
    helpGroup: 'IDENTITY',
  }),
}

/** Values of `sessionFlags`. */
export interface SessionFlags {
  readonly workdir: string
  readonly 'session-id'?: string | undefined
  readonly tool?: string | undefined
  readonly model?: string | undefined
  readonly 'run-id'?: string | undefined
}

/** The values of `sessionFlags` as `RallyApi.session` takes them. */
export function toRequest(flags: SessionFlags): SessionRequest {
  const { workdir, 'session-id': sessionId, tool, model, 'run-id': runId } = flags
  return { workdir, sessionId, tool, model, runId }
}
