/** Whether a version comes after another one, by semantic versioning; of two pre-releases of one version the text decides. */
export function isNewer(version: string, than: string): boolean {
  const [a, b] = [partsOf(version), partsOf(than)]
  for (const [index, number] of a.numbers.entries()) {
    const other = b.numbers[index] ?? 0
    if (number !== other) return number > other
  }
  if (a.pre === b.pre) return false
  if (a.pre === '' || b.pre === '') return a.pre === ''
  return a.pre.localeCompare(b.pre, 'en', { numeric: true }) > 0
}

function partsOf(version: string): { readonly numbers: readonly number[]; readonly pre: string } {
  const [release = '', ...pre] = (version.split('+', 1)[0] ?? '').split('-')
  return { numbers: [0, 1, 2].map((index) => Number(release.split('.')[index]) || 0), pre: pre.join('-') }
}
