/** Folder and session that a payload speaks of. */
export interface Subject {
  readonly cwd: string
  readonly sessionId: string
}

/** The recorded payload with its folder and its session replaced wherever they stand, also inside texts. */
export function aimPayload(
  payload: Readonly<Record<string, unknown>>,
  recorded: Subject,
  canary: Subject,
): Record<string, unknown> {
  const steps = [[recorded.cwd, canary.cwd] as const, [recorded.sessionId, canary.sessionId] as const]
  const aim = (text: string): string =>
    steps.reduce((out, [from, to]) => (from.length > 1 ? out.replaceAll(from, to) : out), text)
  return mapTexts(payload, aim)
}

function mapTexts(value: Readonly<Record<string, unknown>>, map: (text: string) => string): Record<string, unknown> {
  const walk = (item: unknown): unknown => {
    if (typeof item === 'string') return map(item)
    if (Array.isArray(item)) return item.map(walk)
    return typeof item === 'object' && item !== null ? mapTexts({ ...item }, map) : item
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]))
}
