import { MOMENT_NAMES } from '../../model/moment.js'
import type { HostsProbeOutput } from '../../model/outputs/hosts-probe.js'
import { isObject, list, parseJson, str } from '../../readers.js'

type Tried = HostsProbeOutput['moments'][number]

/** What one hook did while a probe waited. */
export interface ProbeFact {
  readonly moment: string
  readonly event: string
  readonly said: boolean
  /** Words of earlier moments that stood in the payload. */
  readonly found: readonly string[]
}

export interface ProbeFacts {
  /** The word of each moment. */
  readonly words: Readonly<Record<string, string>>
  readonly facts: readonly ProbeFact[]
  /** What the host keeps of the conversation. */
  readonly transcripts: readonly string[]
  /** What the model wrote: pasted by the person, or into the file that it was asked to write. */
  readonly answer: string
  /** What the host calls itself: some call their model so. */
  readonly names: readonly string[]
  /** Moments that the adapter declares to carry text. */
  readonly context: readonly string[]
}

/** Which words came back, and by what it shows; one item for each moment that a hook was called for, in their order. */
export function judgeProbe({ words, facts, transcripts, answer, names, context }: ProbeFacts): Tried[] {
  const spoken = transcripts.map((text) => modelWords(text, names)).join('\n')
  const order = Object.keys(words)
  const tried = new Map<string, Tried>()
  for (const { moment, event, said } of facts) {
    const name = MOMENT_NAMES.find((one) => one === moment)
    if (name === undefined || words[name] === undefined || (tried.get(name)?.said ?? false)) continue
    tried.set(name, { moment: name, event, declared: context.includes(moment), said, back: [], kept: false })
  }
  return [...tried.values()]
    .sort((a, b) => order.indexOf(a.moment) - order.indexOf(b.moment))
    .map((item) => {
      const word = words[item.moment] ?? ''
      const heardIn = (...moments: readonly string[]): boolean =>
        facts.some((fact) => moments.includes(fact.moment) && fact.found.includes(word))
      const isAnswer = answer.includes(word) || spoken.includes(word) || heardIn('turn-end')
      const back: Tried['back'] = [
        ...(isAnswer ? (['answer'] as const) : []),
        ...(heardIn('before-edit', 'after-edit') ? (['tool'] as const) : []),
        ...(heardIn('prompt') ? (['prompt'] as const) : []),
      ]
      return { ...item, back, kept: transcripts.some((text) => text.includes(word)) }
    })
}

/**
 * What the model said, of a conversation as a host keeps it: lines of JSON, or one document, in which what comes from the model says
 * so (`role`, `type` or `source`: assistant, model, the host's own name). A word that stands elsewhere in it was kept by the host, which proves nothing.
 */
export function modelWords(transcript: string, names: readonly string[]): string {
  const whole = parseJson(transcript)
  const values = whole === undefined ? transcript.split('\n').map((line) => parseJson(line)) : [whole]
  return values.flatMap((value) => textsOfModel(value, names, false)).join('\n')
}

const MODEL = /^(assistant|model|agent)([._]message)?$/i
/** Keys that say whose a text is. */
const WHO: readonly string[] = ['role', 'type', 'source']
const OTHERS = /^(user|system|developer|tool|hook)/

function textsOfModel(value: unknown, names: readonly string[], isModel: boolean): string[] {
  if (typeof value === 'string') return isModel ? [value] : []
  if (Array.isArray(value)) return list(value).flatMap((item) => textsOfModel(item, names, isModel))
  if (!isObject(value)) return []
  const said = WHO.map((key) => str(value[key]))
  const isNow =
    said.some((word) => MODEL.test(word) || names.includes(word)) ||
    (isModel && !said.some((word) => OTHERS.test(word)))
  return Object.entries(value).flatMap(([key, item]) => (WHO.includes(key) ? [] : textsOfModel(item, names, isNow)))
}
