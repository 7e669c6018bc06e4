/** What a recorded payload is made to speak of instead: this repository, and a session that does not exist. */
export interface Canary {
  readonly cwd: string
  readonly sessionId: string
}

/** Keys under which hosts name a session. */
const SESSION_KEYS = ['session_id', 'conversation_id', 'parent_conversation_id', 'sessionId'] as const

/** The recorded payload with its folder and its session replaced wherever they stand, also inside texts. */
export function aimPayload(payload: Readonly<Record<string, unknown>>, canary: Canary): Record<string, unknown> {
  const folder = recordedFolder(payload)
  const sessions = SESSION_KEYS.map((key) => payload[key]).filter(
    (id): id is string => typeof id === 'string' && id !== '',
  )
  const aim = (text: string): string => {
    const moved = folder === undefined ? text : text.replaceAll(folder, canary.cwd)
    return sessions.reduce((out, id) => out.replaceAll(id, canary.sessionId), moved)
  }
  return mapTexts(payload, aim)
}

function recordedFolder(payload: Readonly<Record<string, unknown>>): string | undefined {
  const roots = Array.isArray(payload.workspace_roots) ? payload.workspace_roots : []
  return [payload.cwd, payload.workdir, ...roots].find(
    (folder): folder is string => typeof folder === 'string' && folder.length > 1,
  )
}

function mapTexts(value: Readonly<Record<string, unknown>>, map: (text: string) => string): Record<string, unknown> {
  const walk = (item: unknown): unknown => {
    if (typeof item === 'string') return map(item)
    if (Array.isArray(item)) return item.map(walk)
    return typeof item === 'object' && item !== null ? mapTexts({ ...item }, map) : item
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]))
}
