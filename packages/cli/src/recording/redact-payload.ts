/** A payload made fit to be shown to others, and what was taken out of it. */
export interface RedactedPayload {
  readonly payload: Record<string, unknown>
  /** Paths of the values that were changed, dots between keys. */
  readonly redacted: readonly string[]
}

export interface RedactOptions {
  readonly home: string
  /** The user's name, which stands in paths and texts. */
  readonly user: string
}

/** Where a recorded project lies in every fixture. */
const PROJECT = '/home/dev/project'
const HOME = '/home/dev'

/** Texts that people or models wrote: their length is kept, their words are not. */
const TEXTS =
  /^(prompt|message|content|text|body|reason|summary|description|task|label|old_string|new_string|old_str|new_str|last_assistant_message|last_message|session_title|tool_response|tool_output|output|stdout|stderr|llmContent|returnDisplay|display|diff|original_?file|user_email|email)$/i
const SECRET_NAMES = /(secret|token|password|passwd|api_?key|apikey|authorization|credential|cookie|private_?key)/i
const SECRET_SHAPES = [
  /\b(?:sk|pk|rk)-[A-Za-z0-9_-]{12,}/g,
  /\bgh[pousr]_[A-Za-z0-9]{20,}/g,
  /\bgithub_pat_\w{20,}/g,
  /\bglpat-[\w-]{15,}/g,
  /\bxox[abprs]-[\w-]{10,}/g,
  /\bAKIA[A-Z0-9]{12,}/g,
  /\bAIza[\w-]{30,}/g,
  /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g,
  /\b[\w.+-]+@[\w-]+\.[\w.-]+\b/g,
]
const ID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi

/**
 * Takes folders, names, ids, secrets and texts out of a payload and keeps its shape: keys, types, the paths inside the
 * project, the lines of a patch that name files, and the same id for the same id.
 */
export function redactPayload(payload: Readonly<Record<string, unknown>>, options: RedactOptions): RedactedPayload {
  const redacted: string[] = []
  const replacePaths = pathReplacer(payload, options)
  const replaceIds = idReplacer()
  const walk = (value: unknown, key: string, path: string): unknown => {
    if (Array.isArray(value)) return value.map((item, index) => walk(item, key, `${path}.${index}`))
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([name, item]) => [name, walk(item, name, path === '' ? name : `${path}.${name}`)]),
      )
    }
    if (typeof value !== 'string') return value
    const clean = replaceIds(replacePaths(hideSecrets(key, value)))
    const result = TEXTS.test(key)
      ? hideText(clean)
      : key === 'command' || key === 'patch'
        ? hidePatchBody(clean)
        : clean
    if (result !== value) redacted.push(path)
    return result
  }
  const result = walk(payload, '', '')
  return { payload: typeof result === 'object' && result !== null ? { ...result } : {}, redacted }
}

function hideSecrets(key: string, text: string): string {
  if (SECRET_NAMES.test(key) && text !== '') return 'redacted'
  const withoutLogin = text.replace(/\/\/[^\s/:@]+:[^\s/@]+@/g, '//')
  return SECRET_SHAPES.reduce((out, shape) => out.replace(shape, 'redacted'), withoutLogin)
}

/** The project's folder first, then the home folder, then the user's name as a word of its own. */
function pathReplacer(
  payload: Readonly<Record<string, unknown>>,
  { home, user }: RedactOptions,
): (text: string) => string {
  const roots = Array.isArray(payload.workspace_roots) ? payload.workspace_roots : []
  const projects = [payload.cwd, payload.workdir, ...roots].filter(
    (path): path is string => typeof path === 'string' && path.length > 1,
  )
  const steps = [
    ...projects.map((path) => [path, PROJECT] as const),
    ...(home.length > 1 ? [[home, HOME] as const] : []),
  ]
  const word = /^[\w.-]{3,}$/.test(user)
    ? new RegExp(`(?<![\\w.-])${user.replace(/[.]/g, '\\.')}(?![\\w.-])`, 'g')
    : undefined
  return (text) => {
    const moved = steps.reduce((out, [from, to]) => out.replaceAll(from, to), text)
    return word ? moved.replace(word, 'dev') : moved
  }
}

/** Each id becomes another one, the same every time it comes. */
function idReplacer(): (text: string) => string {
  const seen = new Map<string, string>()
  return (text) =>
    text.replace(ID, (id) => {
      const known = seen.get(id) ?? `00000000-0000-4000-8000-${String(seen.size + 1).padStart(12, '0')}`
      seen.set(id, known)
      return known
    })
}

function hideText(text: string): string {
  return text.replace(/[^\s]/gu, 'x')
}

/** Commands stay, since adapters read them; of a patch only the lines that name files do. */
function hidePatchBody(text: string): string {
  if (!text.includes('*** ')) return text
  let inside = false
  return text
    .split('\n')
    .map((line) => {
      if (line.startsWith('*** Begin Patch')) inside = true
      if (line.startsWith('*** End Patch')) inside = false
      return !inside || line.startsWith('*** ') ? line : line.slice(0, 1) + hideText(line.slice(1))
    })
    .join('\n')
}
