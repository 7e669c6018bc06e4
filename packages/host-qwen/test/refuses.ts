/** Events whose text reaches the model (0.24.4); PreToolUse takes a decision only. */
const TAKES_TEXT = ['SessionStart', 'UserPromptSubmit', 'PostToolUse']

/** The host's own rules for what a hook may print at an event: what it would reject, or undefined. */
export function refuses(event: string, stdout: string): string | undefined {
  if (stdout === '') return undefined
  const value = JSON.parse(stdout)
  if (event === 'Stop')
    return value.decision === 'block' && typeof value.reason === 'string'
      ? undefined
      : 'no decision of a turn that ends'
  const output = value.hookSpecificOutput
  if (output?.hookEventName !== event) return 'the event is not named'
  if (event === 'PreToolUse')
    return output.permissionDecision === 'deny' && output.permissionDecisionReason !== '' ? undefined : 'not a denial'
  if (!TAKES_TEXT.includes(event)) return 'text is lost here'
  return typeof output.additionalContext === 'string' ? undefined : 'no text'
}
