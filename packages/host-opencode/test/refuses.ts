/** What `programs/rally.js` takes for an answer at an event: what is wrong with it, or undefined. */
export function refuses(event: string, stdout: string): string | undefined {
  if (stdout === '') return undefined
  const { context, deny } = JSON.parse(stdout)
  if (deny !== undefined) return event === 'tool.execute.before' && deny !== '' ? undefined : 'nothing to refuse here'
  if (event !== 'chat.message' && event !== 'tool.execute.after') return 'text is lost here'
  return typeof context === 'string' ? undefined : 'no text'
}
