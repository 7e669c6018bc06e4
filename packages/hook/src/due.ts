import type { Moment } from '@rally/core/model/moment'
import type { Collision, Told } from '@rally/core/moments'
import type { HostCapabilities } from '@rally/core/ports/host'
import type { PeerContext } from '@rally/local/hot/peers'
import type { Session } from './session.js'

export interface TellingInput {
  readonly moment: Moment
  readonly capabilities: HostCapabilities
  readonly session: Session
  readonly ctx: PeerContext
  readonly collisions: readonly Collision[]
}

/** Whether the session is to be greeted at this moment. */
export function greets({ moment }: TellingInput, told: Told | undefined): boolean {
  return moment.name === 'session-start' || moment.name === 'child-start' || (told?.greeted ?? null) === null
}

/** A session hears messages when it starts and at each prompt; while it works, and as a subagent, only urgent ones. */
export function hearsUrgentOnly(input: TellingInput, greeting: boolean): boolean {
  return input.session.isChild || (!greeting && input.moment.name !== 'prompt')
}
