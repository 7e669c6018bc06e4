/** Events whose text reaches the model (1.0.102). */
const TAKES_TEXT = ['sessionStart', 'userPromptSubmitted', 'preToolUse', 'postToolUse', 'subagentStart']

/** The host's own rules for what a hook may print at an event: what it would reject, or undefined. */
export function refuses(event: string, stdout: string): string | undefined {
  if (stdout === '') return undefined
  const value = JSON.parse(stdout)
  if (value.permissionDecision !== undefined)
    return event === 'preToolUse' && value.permissionDecision === 'deny' && value.permissionDecisionReason !== ''
      ? undefined
      : 'not a denial'
  if (value.decision !== undefined)
    return event === 'agentStop' && value.decision === 'block' && value.reason !== ''
      ? undefined
      : 'not a turn that ends'
  if (!TAKES_TEXT.includes(event)) return 'text is lost here'
  return typeof value.additionalContext === 'string' ? undefined : 'no text'
}
