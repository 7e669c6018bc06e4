/** Events whose text reaches the model (0.61.0); BeforeTool takes a decision only. */
const TAKES_TEXT = ['SessionStart', 'BeforeAgent', 'AfterTool']

/** The host's own rules for what a hook may print at an event: what it would reject, or undefined. */
export function refuses(event: string, stdout: string): string | undefined {
  if (stdout === '') return undefined
  const value = JSON.parse(stdout)
  if (value.decision !== undefined) {
    if (event !== 'BeforeTool' && event !== 'AfterAgent') return 'a decision after the fact replaces the result'
    return value.decision === 'deny' && value.reason !== '' && Object.keys(value).length === 2
      ? undefined
      : 'not a denial'
  }
  if (!TAKES_TEXT.includes(event)) return 'text is lost here'
  const output = value.hookSpecificOutput
  return output.hookEventName === event && typeof output.additionalContext === 'string' ? undefined : 'no text'
}
