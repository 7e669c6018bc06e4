import type { WhyOutput } from '@rally/core/model/outputs/why'
import type { TellingRecord } from '@rally/core/model/telling'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { Why } from '@rally/core/usecases/why/explain-room'
import type { Terminal } from '../../terminal.js'
import { shortAge } from '../picture/short-age.js'
import { clockTime, dayOf } from '../text/clock-time.js'
import { few, quotePeer } from '../text/lines.js'

/** `asked`: the word that was asked about. */
export function toJson({ verdict, tellings, explanations }: Why, app: string, asked: string | undefined): WhyOutput {
  return {
    app_slug: app,
    asked: asked ?? null,
    verdict: { status: verdict.status, because: [...verdict.because] },
    tellings: [...tellings],
    explanations: [...explanations],
  }
}

/** The state of the room with its reasons, then each warning with the facts behind it, then what the codes mean. */
export function toText(
  { verdict, tellings, explanations }: Why,
  screen: Pick<Terminal, 'style'> & { readonly now: number },
): string {
  const { style } = screen
  const state = verdict.because.map(({ text, code }) => `! ${cleanLine(text)} (${code})`)
  const told = tellings.flatMap((telling) => describeTelling(telling, screen.now))
  const meanings = explanations.flatMap(({ code, means, do: toDo }) => [`${code}: ${means}`, `  ${toDo}`])
  const nothing = tellings.length === 0 ? ['no warning about this was given in the time that is remembered'] : []
  return [`state of the room: ${verdict.status}`, ...state, ...told, ...nothing, ...meanings]
    .map((line, at) => (at === 0 ? style.bold(line) : line))
    .join('\n')
}

/** Moments as the end of a sentence. */
const WHEN: Readonly<Record<string, string>> = {
  'session-start': 'at its start',
  prompt: 'with a prompt',
  'before-edit': 'before an edit',
  'after-edit': 'after an edit',
  'turn-end': 'at the end of its turn',
  'session-end': 'at its end',
  'pre-commit': 'before a commit',
}

function whenOf(moment: string): string {
  return WHEN[moment] ?? `at ${cleanLine(moment.replaceAll('-', ' '))}`
}

function describeTelling(telling: TellingRecord, now: number): string[] {
  const { at, name, session, moment, reasons, files, peers, text } = telling
  const when = dayOf(at) === dayOf(now) ? clockTime(at) : `${dayOf(at)} ${clockTime(at)}`
  const about = files.length === 0 ? '' : ` about ${few(files)}`
  const who = cleanLine(name ?? session)
  return [
    `${when} ${who} was told${about} ${whenOf(moment)} (${reasons.join(', ')}), ${shortAge(now - at)} ago:`,
    `  ${quotePeer(text, 600)}`,
    ...peers.map(({ id, name: peer, since, last }) => {
      const began = since === null || since === 0 ? '' : `began ${clockTime(since)}, `
      return `  ${cleanLine(peer ?? id)}: ${began}last edit or sign of life ${clockTime(last)}`
    }),
  ]
}
