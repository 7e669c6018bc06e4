/** Fields that the runtime takes from each event's output; a permission event with a wrong answer blocks the action (1.0.32). */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  sessionStart: ['additional_context', 'user_message'],
  beforeSubmitPrompt: ['additional_context', 'user_message'],
  preToolUse: ['permission', 'user_message', 'agent_message', 'additional_context'],
  postToolUse: ['additional_context'],
  stop: ['followup_message'],
  subagentStart: ['permission', 'user_message'],
}

/** The host's own rules for what a hook may print at an event: what it would reject, or undefined. */
export function refuses(event: string, stdout: string): string | undefined {
  if (stdout === '') return 'an empty answer counts as a failed hook'
  const value = JSON.parse(stdout)
  const unknown = Object.keys(value).filter((field) => !KNOWN[event]?.includes(field))
  if (unknown.length > 0) return `unknown: ${unknown.join()}`
  if (Object.values(value).some((field) => typeof field !== 'string')) return 'a field is no string'
  if (value.additional_context?.length > 10_000) return 'dropped whole'
  if (value.permission === 'deny' && !(value.user_message && value.agent_message))
    return 'a denial without its messages'
  return undefined
}
