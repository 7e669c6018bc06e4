/** The host's own rules for what a hook may print at an event, as its documentation has them: what is wrong, or undefined. */
export function refuses(event: string, stdout: string): string | undefined {
  if (stdout === '') return undefined
  const { decision, reason, injectSteps, ...others } = JSON.parse(stdout)
  if (Object.keys(others).length > 0) return `unknown field ${Object.keys(others)[0]}`
  if (decision !== undefined)
    return event === 'PreToolUse' && decision === 'deny' && reason !== '' ? undefined : 'not a denial'
  if (event !== 'PreInvocation') return 'text is lost here'
  const [step, ...more] = injectSteps
  return more.length === 0 && typeof step.ephemeralMessage === 'string' ? undefined : 'no step'
}
