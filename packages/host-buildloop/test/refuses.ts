/** The host's own rules for what a hook may print at an event: what it would reject, or undefined. */
export function refuses(event: string, stdout: string): string | undefined {
  if (stdout === '') return undefined
  const value = JSON.parse(stdout)
  const unknown = Object.keys(value).filter((field) => !['context', 'decision', 'reason'].includes(field))
  if (unknown.length > 0) return `unknown: ${unknown.join()}`
  if (value.decision !== undefined && event !== 'before-edit') return 'a decision about nothing'
  return value.decision === 'deny' && !value.reason ? 'a denial without a reason' : undefined
}
