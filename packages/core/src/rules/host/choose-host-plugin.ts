/** What has to be known of a plugin to decide who supplies a host. */
export interface HostCandidate {
  /** Name of the npm package. */
  readonly plugin: string
  /** As declared; anything may stand there. */
  readonly api: unknown
}

export interface RefusedCandidate<Candidate> {
  readonly candidate: Candidate
  /** One sentence without the plugin's name. */
  readonly reason: string
}

export interface HostChoice<Candidate> {
  readonly used: Candidate | undefined
  readonly refused: ReadonlyArray<RefusedCandidate<Candidate>>
}

/**
 * Which plugin supplies a host. One that speaks another contract is refused. Of several packages the one that comes with
 * rally keeps the host (an installed newer version of it has the same name); where none of them does, nobody can say who is
 * meant and all are refused. The command line and the hot path decide by this.
 *
 * @param candidates plugins that declare the same host, each name once
 * @param bundled names of the plugins that come with rally
 */
export function chooseHostPlugin<Candidate extends HostCandidate>(
  candidates: readonly Candidate[],
  bundled: readonly string[],
  api: number,
): HostChoice<Candidate> {
  const refused: RefusedCandidate<Candidate>[] = []
  const usable: Candidate[] = []
  for (const candidate of candidates) {
    if (candidate.api === api) usable.push(candidate)
    else
      refused.push({
        candidate,
        reason: `it declares api ${JSON.stringify(candidate.api) ?? 'nothing'}, this rally needs ${api}`,
      })
  }
  const own = usable.find(({ plugin }) => bundled.includes(plugin))
  const used = own ?? (usable.length === 1 ? usable[0] : undefined)
  for (const candidate of usable) {
    if (candidate === used) continue
    const others = (used ? [used] : usable.filter((other) => other !== candidate)).map(({ plugin }) => plugin)
    refused.push({ candidate, reason: `the host is also supplied by ${others.join(', ')}` })
  }
  return { used, refused }
}
