const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/**
 * The text cut to `limit` UTF-16 units with an ellipsis, never through a character. Lone surrogates become U+FFFD: a strict
 * JSON reader drops the whole document for one.
 */
export function clip(text: string, limit: number): string {
  const cut = text.length <= limit ? text : `${text.slice(0, Math.max(0, limit - 1)).replace(/[\ud800-\udbff]$/, '')}…`
  return (limit < 1 ? '' : cut).replace(LONE_SURROGATE, '\ufffd')
}
