import type { WhoOutput } from '@rally/core/model/outputs/who'
import { formatAge } from '@rally/core/rules/text/format-age'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { WhoTouched } from '@rally/core/usecases/timeline/who-touched'
import { describeClaim, toRow } from '../claim/claim.js'
import { shortAge } from '../picture/short-age.js'
import { clockTime, dayOf } from '../text/clock-time.js'
import { plural, quotePeer } from '../text/lines.js'

/** Edits shown unless all are asked for. */
const MOST_EDITS = 12

export function whoJson(
  found: WhoTouched,
  asked: { readonly app: string; readonly files: readonly string[]; readonly since: number },
): WhoOutput {
  return {
    app_slug: asked.app,
    files: [...asked.files],
    since: asked.since,
    in_flight: found.inFlight.map((one) => ({ ...one })),
    claims: found.claims.map(({ claim, name }) => toRow(claim, name)),
    edits: found.edits.map((one) => ({ ...one })),
  }
}

/** Who edits it, who claimed it, who edited it; the newest first. */
export function renderWho(
  { inFlight, claims, edits }: WhoTouched,
  screen: {
    readonly now: number
    readonly all: boolean
    readonly files: readonly string[]
    readonly since: number
  },
): string {
  const { now, since } = screen
  const task = (text: string) => (text === '' ? '' : ` ${quotePeer(text, 80)}`)
  const when = (at: number) => (dayOf(at) === dayOf(now) ? clockTime(at) : `${dayOf(at)} ${clockTime(at)}`)
  const editing = inFlight.map(({ name, path, last_edit, task: words }) => {
    const age = last_edit === null ? '' : ` (last edit ${shortAge(now - last_edit)} ago)`
    return `${cleanLine(name)} is editing ${cleanLine(path)}${age}${task(words)}`
  })
  const claimed = claims.map((report) => {
    const { name, ends } = report
    return `${cleanLine(name)} claimed ${describeClaim(report)}, for another ${formatAge(ends - now)}`
  })
  const shown = screen.all ? edits : edits.slice(0, MOST_EDITS)
  const edited = shown.map(({ name, path, since: first, last, count, task: words }) => {
    const span = first === last ? when(last) : `${when(first)} to ${clockTime(last)}`
    return `${span}  ${cleanLine(name)} edited ${cleanLine(path)}${count > 1 ? ` ${plural(count, 'time')}` : ''}${task(words)}`
  })
  const left = edits.length - shown.length
  const lines = [...editing, ...claimed, ...edited]
  if (lines.length === 0) {
    return `nobody is known to have touched ${screen.files.map(cleanLine).join(', ')} in ${shortAge(now - since)}`
  }
  const more = left > 0 ? [`and ${plural(left, 'earlier edit')}: --all shows them`] : []
  return [...lines, ...more].join('\n')
}
