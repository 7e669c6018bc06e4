import type { MomentName } from '@rally/core/model/moment'
import type { HostsProbeOutput } from '@rally/core/model/outputs/hosts-probe'
import type { ProbeNews } from '../../probing/play-probe.js'
import { ANSWER_FILE } from '../../probing/read-answers.js'
import type { Terminal } from '../../terminal.js'

const PLACES = { answer: "the model's answer", tool: 'a tool call', prompt: 'the next prompt' } as const

/** What the person does, before anything is waited for. */
function instructionsOf({ title, folder }: { readonly title: string; readonly folder: string }): string {
  return [
    `1. In another terminal, start a new session of ${title} in ${folder}.`,
    '2. Type this prompt:',
    '',
    `   Several texts told you a "probe word". Write all of them into the file ${ANSWER_FILE}. Then answer with all probe words that`,
    '   you were told until now, and with nothing else.',
    '',
    '3. When it has answered, paste its answer here and press Enter twice. Ctrl-C gives up.',
  ].join('\n')
}

/** What the person reads while the command waits. */
export function newsText(news: ProbeNews, place: Parameters<typeof instructionsOf>[0]): string {
  if (news === 'ready') return instructionsOf(place)
  return news === 'begun'
    ? 'a hook of that session has come …'
    : 'its turn has ended. Paste the answer, or press Enter.'
}

/** `expected`: moments whose word should have come back. */
export function toJson({
  expected,
  ...seen
}: Omit<HostsProbeOutput, 'lost'> & { readonly expected: readonly MomentName[] }): HostsProbeOutput {
  const cameBack = (name: MomentName): boolean => seen.moments.some((one) => one.moment === name && one.back.length > 0)
  const wasLost = seen.moments.filter(({ declared, said, back }) => declared && said && back.length === 0)
  const lost = new Set([...wasLost.map(({ moment }) => moment), ...expected.filter((name) => !cameBack(name))])
  return { ...seen, lost: [...lost] }
}

/** A line for each moment: its word came back, and how that is known, or it did not. */
export function toText({ host, version, moments, lost, path }: HostsProbeOutput, { style }: Terminal): string {
  const lines = moments.map(({ moment, event, declared, said, back, kept }) => {
    const places = back.map((place) => PLACES[place]).join(', ')
    const result =
      places !== ''
        ? `came back in ${places}`
        : !said
          ? 'no text can be handed over here'
          : kept
            ? 'only in what the host keeps of the conversation'
            : 'did not come back'
    const judged =
      declared === places.length > 0 || !said ? '' : declared ? '  (declared to carry text)' : '  (not declared)'
    return `  ${moment.padEnd(14)}${event}: ${places === '' && said ? style.yellow(result) : result}${judged}`
  })
  const never = lost.filter((name) => !moments.some(({ moment }) => moment === name))
  return [
    `${host} ${version ?? '(version unknown)'}`,
    ...lines,
    ...never.map((name) => `  ${name.padEnd(14)}${style.yellow('no hook came')}  (declared to carry text)`),
    ...(path === null ? [] : [`kept in ${path}`]),
  ].join('\n')
}
