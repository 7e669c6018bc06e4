type Table = Readonly<Record<string, unknown>>

/** A value on one line: inline tables and arrays. */
export function renderTomlInline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(renderTomlInline).join(', ')}]`
  if (isTable(value)) {
    const members = Object.entries(value).map(([key, item]) => `${renderTomlKey(key)} = ${renderTomlInline(item)}`)
    return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
  }
  if (typeof value === 'string') return renderTomlString(value)
  return String(value)
}

/** The lines of one more element of the array of tables at `path`, tables below it included. */
export function renderTomlElement(path: readonly string[], value: Table): string[] {
  return [`[[${path.map(renderTomlKey).join('.')}]]`, ...renderBody(path, value)]
}

function renderBody(path: readonly string[], value: Table): string[] {
  const plain: string[] = []
  const below: string[] = []
  for (const [key, item] of Object.entries(value)) {
    const at = [...path, key]
    if (Array.isArray(item) && item.length > 0 && item.every(isTable)) {
      below.push(...item.flatMap((element) => renderTomlElement(at, element)))
    } else if (isTable(item)) {
      below.push(`[${at.map(renderTomlKey).join('.')}]`, ...renderBody(at, item))
    } else {
      plain.push(`${renderTomlKey(key)} = ${renderTomlInline(item)}`)
    }
  }
  return [...plain, ...below]
}

function renderTomlKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : renderTomlString(key)
}

/** A basic string: JSON's escapes are TOML's, but for DEL. */
function renderTomlString(value: string): string {
  return JSON.stringify(value).replaceAll('\u007f', '\\u007f')
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
