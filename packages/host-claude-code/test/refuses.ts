/** Events whose `hookSpecificOutput` may carry text (2.1.330). */
const TAKES_TEXT = ['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolUse', 'SubagentStart']

/** The host's own rules for what a hook may print at an event: what it would reject, or undefined. */
export function refuses(event: string, stdout: string): string | undefined {
  if (stdout === '') return undefined
  const { decision, reason, hookSpecificOutput: output } = JSON.parse(stdout)
  if (event === 'Stop') return decision === 'block' && reason !== '' && output === undefined ? undefined : 'not a block'
  if (!TAKES_TEXT.includes(event)) return 'this event takes no hookSpecificOutput'
  if (output?.hookEventName !== event) return 'hookEventName must equal the event'
  const fields = Object.keys(output).filter((key) => key !== 'hookEventName')
  const known = [
    'additionalContext',
    ...(event === 'PreToolUse' ? ['permissionDecision', 'permissionDecisionReason'] : []),
  ]
  const unknown = fields.filter((field) => !known.includes(field))
  if (unknown.length > 0) return `unknown: ${unknown.join()}`
  return stdout.length > 30_000 ? 'too long' : undefined
}
