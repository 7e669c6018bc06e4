const TAKES_TEXT = ['session_start', 'before_agent_start', 'tool_result']

/** What `programs/rally.js` takes for an answer at an event: what is wrong with it, or undefined. */
export function refuses(event: string, stdout: string): string | undefined {
  if (stdout === '') return undefined
  const { context, deny } = JSON.parse(stdout)
  if (deny !== undefined) return event === 'tool_call' && deny !== '' ? undefined : 'nothing to refuse here'
  if (!TAKES_TEXT.includes(event)) return 'text is lost here'
  return typeof context === 'string' ? undefined : 'no text'
}
