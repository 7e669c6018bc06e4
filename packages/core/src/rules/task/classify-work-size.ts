/**
 * Size of a piece of work; it decides how long a lease lasts (protocol section 9): by its effort (`XS` to `XL`), else by the
 * number of paths that it owns. Exactly one path is small; whatever cannot be told is large.
 */
export function classifyWorkSize({
  effort,
  scopePaths,
}: {
  effort?: string | undefined
  scopePaths?: readonly string[] | undefined
} = {}): 'small' | 'large' {
  const grade = effort?.trim().toUpperCase() ?? ''
  if (grade === 'XS' || grade === 'S') return 'small'
  if (grade === 'M' || grade === 'L' || grade === 'XL') return 'large'
  return scopePaths?.length === 1 ? 'small' : 'large'
}
