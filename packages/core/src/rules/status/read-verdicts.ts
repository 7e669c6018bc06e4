/** A verdict found in a coordination file (protocol section 7.1). */
export interface Verdict {
  readonly actor: string
  readonly label: string
  readonly stamp: string
  readonly step: string
  readonly verdict: string
}

const BLOCKING = new Set(['BLOCKED', 'VARIANCE', 'PARTIAL / BLOCKED'])

/** The last verdict of each step of a coordination file, in order of first appearance of the step. */
export function readVerdicts(markdown: string): Verdict[] {
  const byStep = new Map<string, Verdict>()
  for (const section of markdown.split(/^###[ \t]+/m).slice(1)) {
    const [heading = '', ...body] = section.split(/\r?\n/)
    const entry = parseHeading(heading)
    const step = field(body, 'Step')
    const verdict = field(body, 'Verdict')
    if (entry !== undefined && step !== undefined && verdict !== undefined)
      byStep.set(step, { ...entry, step, verdict })
  }
  return [...byStep.values()]
}

/** Whether a verdict keeps the work from going on. */
export function isBlocking(verdict: Verdict): boolean {
  return BLOCKING.has(verdict.verdict.toUpperCase())
}

/** `2026-01-01 10:00 — codex BLOCKED`: time, actor, label in capitals. */
function parseHeading(heading: string): Pick<Verdict, 'actor' | 'label' | 'stamp'> | undefined {
  const match = /^(\d{4}-\d{2}-\d{2}.*?)\s+[—–-]+\s+(\S+)\s+(\S.*?)\s*$/.exec(heading)
  if (match === null) return undefined
  const [, stamp = '', actor = '', label = ''] = match
  return { stamp, actor, label }
}

function field(lines: readonly string[], name: string): string | undefined {
  const opening = `**${name}:**`
  const line = lines.find((candidate) => candidate.trimStart().startsWith(opening))
  const value = line?.trimStart().slice(opening.length).trim()
  return value === '' ? undefined : value
}
