/** A channel of this machine and how its room on the server could be called. */
export interface RoomCandidate {
  readonly app: string
  /** `relay.channel` of the user's configuration, or of the repository's once the user has accepted it. */
  readonly configured?: string | undefined
  /** `relay.channel` of the repository's configuration, which nobody has accepted: whoever can commit chose that room. */
  readonly proposed?: string | undefined
  /** Made from the origin URL. */
  readonly derived?: string | undefined
  /** The key under which it is replicated already. */
  readonly known?: string | undefined
}

export type PlannedRoom =
  | { readonly app: string; readonly key: string; readonly source: 'configuration' | 'origin' }
  | { readonly app: string; readonly refusal: 'unknown' }
  | { readonly app: string; readonly refusal: 'proposed'; readonly key: string }
  | { readonly app: string; readonly refusal: 'taken'; readonly key: string; readonly apps: readonly string[] }

const KEY = /^[a-z0-9][a-z0-9._-]{0,62}$/

export function isRoomKey(value: unknown): value is string {
  return typeof value === 'string' && KEY.test(value)
}

/**
 * Which room each channel gets. A room that only the repository names is no room yet. Two channels on one key would mix two rooms: the one that is replicated under it already
 * keeps it, all others are refused.
 */
export function planRooms(candidates: readonly RoomCandidate[]): PlannedRoom[] {
  const wanted = candidates.map((candidate) => {
    const { app, configured, proposed, derived, known } = candidate
    if (proposed !== undefined) return { app, known, key: undefined, proposed, source: 'configuration' as const }
    if (configured !== undefined) return { app, known, key: configured, source: 'configuration' as const }
    if (derived !== undefined) return { app, known, key: derived, source: 'origin' as const }
    return { app, known, key: known, source: 'origin' as const }
  })
  return wanted.map(({ app, known, key, source, ...other }) => {
    if ('proposed' in other) return { app, refusal: 'proposed', key: other.proposed }
    if (key === undefined) return { app, refusal: 'unknown' }
    const rivals = wanted.filter((other) => other.key === key)
    const holders = rivals.filter((other) => other.known === key)
    const mine = rivals.length === 1 || (holders.length === 1 && known === key)
    return mine ? { app, key, source } : { app, refusal: 'taken', key, apps: rivals.map((other) => other.app).sort() }
  })
}
