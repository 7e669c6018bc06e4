/** Fields that each event's output may have (generated schema of 0.169.0); anything else drops the whole output. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  SessionStart: ['additionalContext'],
  UserPromptSubmit: ['additionalContext'],
  PreToolUse: ['additionalContext', 'permissionDecision', 'permissionDecisionReason'],
  PostToolUse: ['additionalContext'],
  SubagentStart: ['additionalContext'],
}

/** The host's own rules for what a hook may print at an event: what it would reject, or undefined. */
export function refuses(event: string, stdout: string): string | undefined {
  if (stdout === '') return undefined
  const value = JSON.parse(stdout)
  if (event === 'Stop') return Object.keys(value).sort().join() === 'decision,reason' ? undefined : 'not a block'
  if (Object.keys(value).join() !== 'hookSpecificOutput') return 'only hookSpecificOutput is known'
  const { hookEventName, ...fields } = value.hookSpecificOutput
  if (hookEventName !== event) return 'hookEventName must equal the event'
  const unknown = Object.keys(fields).filter((field) => !KNOWN[event]?.includes(field))
  if (unknown.length > 0) return `unknown: ${unknown.join()}`
  if (Object.values(fields).some((field) => typeof field !== 'string')) return 'a field is no string'
  return undefined
}
