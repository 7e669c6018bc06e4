import { cleanText } from '@rally/core/rules/text/peer-text'

/** The same value with every text in it cleaned of what turns, hides or steers: names and paths may be anybody's. */
export function cleaned<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value, (_, part) => (typeof part === 'string' ? cleanText(part) : part)))
}
