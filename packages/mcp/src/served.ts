import type { RallyApi } from '@rally/core/plugin-api/rally-api'

/** What a server was started with. */
export interface Served {
  /** The composed program, made anew for every call and closed behind it. */
  api(): Promise<RallyApi>
  readonly version: string
  /** Absolute; the room of a session that is found is that of its own folder. */
  readonly workdir: string
  /** Whoever configured the server says who asks. */
  readonly sessionId?: string
  /** Only sessions of this tool can be asking. */
  readonly tool?: string
}
