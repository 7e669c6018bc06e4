// What the sentences of a catalogue of failures are made with.

/** A fact as it is: for what rally knows itself, such as a number or a name of its own. */
export const text = (value: unknown): string => (typeof value === 'string' ? value : String(value))

/** Peer- or user-supplied text inside a message: quoted, one line, cut. */
export const quote = (value: unknown): string => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what must not reach a terminal
  const clean = text(value).replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, '?')
  return JSON.stringify(clean.length > 80 ? `${clean.slice(0, 77)}...` : clean)
}

/** Names inside a message: each cleaned and cut. */
export const list = (value: unknown): string[] =>
  Array.isArray(value) ? value.map((one) => quote(one).slice(1, -1)) : []

/** How many others share the fate of the one that a message names. */
export const more = (count: unknown): string => (typeof count === 'number' && count > 0 ? ` (and ${count} more)` : '')
