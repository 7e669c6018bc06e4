import type { Layout } from './layout.js'

/** Where and how a value is written: on one line, or indented with `indent` in front of its closing bracket. */
export type JsonPlacement =
  | { readonly inline: true; readonly spaced: boolean }
  | { readonly inline: false; readonly layout: Layout; readonly indent: string }

/** The value as JSON text; the first line carries no indentation. */
export function renderJson(value: unknown, placement: JsonPlacement): string {
  if (placement.inline) return renderInline(value, placement.spaced)
  const { layout, indent } = placement
  const lines = JSON.stringify(value, null, layout.unit === '' ? ' ' : layout.unit).split('\n')
  return lines.join(layout.eol + indent)
}

function renderInline(value: unknown, spaced: boolean): string {
  const gap = spaced ? ' ' : ''
  if (Array.isArray(value)) return `[${value.map((item) => renderInline(item, spaced)).join(`,${gap}`)}]`
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(
      ([key, item]) => `${JSON.stringify(key)}:${gap}${renderInline(item, spaced)}`,
    )
    return `{${members.join(`,${gap}`)}}`
  }
  return JSON.stringify(value)
}
