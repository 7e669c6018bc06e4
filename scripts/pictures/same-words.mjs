// Whether two pictures of the room say the same: their times and ages differ, and with these where a long text is cut.

/** What a picture that is words and times says: its lines without times, in an order that does not depend on the machine's speed. */
export function wordsOf(text) {
  const lines = text.split('\n').map((line) =>
    line
      .replace(/\d\d:\d\d(:\d\d)?|\d\d?:\d?\s*…/g, 'TIME')
      .replace(/\b\d+(ms|s|m|h)\b/g, 'AGE')
      .replace(/[\s─]+/g, ' ')
      .trim(),
  )
  return lines.filter((line) => line !== '').sort()
}

/** The first line of `made` that `kept` does not have, or of `kept` that is not made any more; undefined where both say the same. */
export function firstDifference(kept, made) {
  const left = [...kept]
  for (const line of made) {
    const at = left.findIndex((other) => isSame(line, other))
    if (at < 0) return `shown now: ${line}`
    left.splice(at, 1)
  }
  return left.length > 0 ? `not shown any more: ${left[0]}` : undefined
}

/** A text that was cut is as long as the ages beside it leave room for. */
function isSame(one, other) {
  if (one === other) return true
  const [a, b] = [one.split('…'), other.split('…')]
  return a.length > 1 && a.length === b.length && a.every((part, index) => isBeginning(part.trim(), b[index].trim()))
}

function isBeginning(one, other) {
  return Math.min(one.length, other.length) > 5 ? one.startsWith(other) || other.startsWith(one) : one === other
}
