import type { CostOutput } from '@rally/core/model/outputs/cost'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import { shortAge } from '../picture/short-age.js'
import { plural } from '../text/lines.js'

/** Sessions shown; the rest is counted. */
const MOST = 12

/** Hook calls by host, then what agents were told, by session. */
export function renderCost({ hosts, sessions, total, since, edits }: CostOutput, now: number): string {
  const each = total.calls === 0 ? '' : `, ${Math.round(total.ms / total.calls)} ms each`
  const shown = sessions.slice(0, MOST)
  const left = sessions.length - shown.length
  return [
    `in ${shortAge(now - since)}: ${plural(total.calls, 'hook call')} on this machine, ${seconds(total.ms)} together${each}`,
    ...hosts.map(
      ({ host, calls, ms, said, denied }) =>
        `  ${cleanLine(host) || 'unknown'}: ${plural(calls, 'call')}, ${seconds(ms)}, ${said} with a text${denied > 0 ? `, ${denied} refused` : ''}`,
    ),
    `agents of this room announced ${plural(edits.announced, 'edit')}; the gate answered ${edits.gate} or more of them without a program, about ${seconds(edits.gate_ms)} (estimated)`,
    `agents of this room were told ${plural(total.tellings, 'text')}: ${plural(total.characters, 'character')}, about ${plural(total.tokens, 'token')}`,
    ...shown.map(
      ({ name, calls, ms, tellings, characters, tokens }) =>
        `  ${cleanLine(name)}: ${plural(tellings, 'text')}, ${plural(characters, 'character')}, about ${plural(tokens, 'token')}; ${plural(calls, 'call')}, ${seconds(ms)}`,
    ),
    ...(left > 0 ? [`  and ${plural(left, 'more session')}: rally cost --json`] : []),
  ].join('\n')
}

function seconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}
