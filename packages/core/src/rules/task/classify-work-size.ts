/** Size of a piece of work; it decides how long a lease lasts (protocol section 9). Unknown efforts are large. */
export function classifyWorkSize({
  effort,
  scopePaths,
}: {
  effort?: string | undefined
  scopePaths?: readonly string[] | undefined
} = {}): 'small' | 'large' {
  const word = effort?.trim().toLowerCase()
  if (word) return word === 's' || word === 'xs' || word === 'small' ? 'small' : 'large'
  return scopePaths?.length === 1 ? 'small' : 'large'
}
