import * as Flags from '@oclif/core/flags'
import type { SessionRequest } from '@rally/core/plugin-api/rally-api'

export const roomFlags = {
  workdir: Flags.string({
    summary: 'Folder whose repository is meant.',
    helpValue: 'DIR',
    default: '.',
    helpGroup: 'GLOBAL',
  }),
}

/** Who is asking. All optional: without them rally finds out. */
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

interface SessionFlags {
  readonly workdir: string
  readonly 'session-id'?: string | undefined
  readonly tool?: string | undefined
  readonly model?: string | undefined
  readonly 'run-id'?: string | undefined
}

export function toRequest(flags: SessionFlags): SessionRequest {
  return {
    workdir: flags.workdir,
    sessionId: flags['session-id'],
    tool: flags.tool,
    model: flags.model,
    runId: flags['run-id'],
  }
}

/** Comma-separated lists, also repeated ones: blanks around items and empty items dropped. */
export function parseLists(...values: readonly (string | undefined)[]): string[] {
  return values.flatMap((value) =>
    (value ?? '')
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  )
}
