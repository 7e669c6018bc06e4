import { accepterOf, type Handoff, stateOf } from '@rally/core/rules/handoff/handoff-states'
import { formatAge } from '@rally/core/rules/text/format-age'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { Traced } from '@rally/core/usecases/inbox/read-sent'
import type { Terminal } from '../../terminal.js'
import { renderTraced } from '../inbox/traced.js'
import { few, quotePeer } from '../text/lines.js'

/** A handoff as `--json` has it. */
export function handoffJson(handoff: Handoff) {
  return { ...handoff, state: stateOf(handoff), owns: [...handoff.owns], steps: [...handoff.steps] }
}

/** Everybody whom a list of handoffs names, by session id. */
export function sessionsOf(handoffs: readonly Handoff[]): string[] {
  return handoffs.flatMap((handoff) =>
    [handoff.session_id, handoff.to_session_id, accepterOf(handoff)?.session_id].flatMap((id) => id ?? []),
  )
}

/** A line for each: number, state, from whom to whom, what; then the commands that act on it. */
export function renderHandoffs(
  handoffs: readonly Handoff[],
  { names, now, style }: Terminal & { now: number; names: ReadonlyMap<string, string> },
): string {
  if (handoffs.length === 0) return 'no handoff is open'
  const nameOf = (id: string | null, tool: string) => cleanLine(id === null ? tool : (names.get(id) ?? id))
  return handoffs
    .flatMap((handoff) => {
      const { number, tool, session_id, to, to_session_id, text, owns, ts } = handoff
      const taker = accepterOf(handoff)
      const state = stateOf(handoff)
      const by = taker === undefined || state !== 'accepted' ? '' : ` by ${nameOf(taker.session_id, taker.tool)}`
      const way = `${nameOf(session_id, tool)} to ${nameOf(to_session_id, to)}`
      const files = owns.length === 0 ? '' : `, owns ${few(owns)}`
      const head = `#${number} ${style.bold(state)}${by}, ${way}, ${formatAge(Math.max(0, now - ts))} ago: ${quotePeer(text, 60)}${files}`
      return [head, ...nextSteps(number, state).map((line) => `  ${style.dim(line)}`)]
    })
    .join('\n')
}

function nextSteps(number: number, state: string): string[] {
  if (state === 'open') return [`rally handoff accept ${number} · rally handoff decline ${number} "why"`]
  return state === 'accepted' ? [`rally handoff done ${number}`] : []
}

/** What was waited for and happened, in lines of its own. */
export function describeHandoffWait(
  { traced, handoff }: { readonly traced?: Traced | undefined; readonly handoff?: Handoff | undefined },
  screen: Terminal & { now: number },
): string[] {
  if (traced !== undefined) return [renderTraced([traced], screen)]
  const step = handoff?.steps.at(-1)
  if (handoff === undefined || step === undefined) return []
  const said = step.text === '' || step.text === step.state ? '' : `: ${quotePeer(step.text, 60)}`
  return [`#${handoff.number} is ${stateOf(handoff)}${said}`]
}
