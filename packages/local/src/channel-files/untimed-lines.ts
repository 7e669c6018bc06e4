/** How a line begins that hooks answered without a program wrote: they know no time. */
const UNTIMED = '{"s":'

/**
 * Gives a time to lines that have none: that of the next line that has one, else `at`, when the file was last written. So they
 * are never older than they look; `signWork` keeps them from looking younger. `q` marks them: nobody else had announced the file.
 */
export function withTimes(text: string, at: number): string {
  if (!text.includes(UNTIMED)) return text
  const lines = text.split('\n')
  let later = at
  for (let index = lines.length - 1; index >= 0; index--) {
    const line = lines[index] ?? ''
    if (line.startsWith(UNTIMED)) lines[index] = `{"t":${later},"q":1,${line.slice(1)}`
    else later = Number(/^\{"t":([\d.]+)/.exec(line)?.[1] ?? later)
  }
  return lines.join('\n')
}
