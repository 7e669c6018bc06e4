import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { RosterReport } from '@rally/core/usecases/roster/build-roster'
import type { Terminal } from '../../terminal.js'
import type { RosterTextOptions } from './roster-text.js'

type RosterView = (
  roster: RosterReport,
  options: RosterTextOptions & { readonly leads: RosterReport['leads'] },
) => readonly string[]

/** A roster in the reader's zone and width; channels that could not be read are named below. */
export function renderRoster(
  roster: RosterReport,
  { terminal, view, home, ids }: { terminal: Terminal; view: RosterView; home: string; ids?: boolean },
): string[] {
  const { columns: width, style } = terminal
  const lines = view(roster, { width, home, ids, clock: localClock, leads: roster.leads })
  const notes = roster.unreadable.map(({ app, reason }) => `not readable: ${cleanLine(app)} (${cleanLine(reason)})`)
  const [head = '', ...rest] = lines
  return [style.bold(head), ...rest, ...notes.map((note) => style.yellow(note))]
}

/** `HH:MM:SS` in the zone of this machine. */
function localClock(epochSecs: number): string {
  const at = new Date(epochSecs * 1000)
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':')
}
