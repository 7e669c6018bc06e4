import type { WakeWord } from '@rally/core/model/ring'
import { ringsByItself } from '@rally/core/rules/ring/may-ring'
import type { SessionContext } from '@rally/core/usecases/context'
import type { Addressed } from '@rally/core/usecases/inbox/address'
import { type RingReceipt, ringSessions } from '@rally/core/usecases/ring/ring-sessions'
import type { Rally } from './rally.js'

/** How far messages may ring here: the user's word, lowered by the repository's. */
export async function readWake(
  { configuration }: Pick<Rally, 'configuration'>,
  { channel }: SessionContext,
): Promise<WakeWord> {
  const { hooks } = await configuration.read(channel.worktree ?? channel.repoRoot ?? undefined)
  return hooks?.wake ?? 'asked'
}

export interface WakeRequest {
  readonly to: Addressed
  readonly messageId: string
  /** Somebody asked for it (`--wake`). */
  readonly asked: boolean
  readonly asks: boolean
  readonly urgent: boolean
}

/** Rings whom a message is for, where it was asked for or the configuration says so; null where it was not. */
export async function wakeRecipients(
  rally: Pick<Rally, 'configuration'>,
  ctx: SessionContext,
  { to, messageId, asked, asks, urgent }: WakeRequest,
): Promise<readonly RingReceipt[] | null> {
  const wake = await readWake(rally, ctx)
  if (!asked && !ringsByItself(wake, { asks, urgent })) return null
  return ringSessions(ctx, { recipients: to.recipients, wake, messageId })
}
