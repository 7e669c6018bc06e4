/** Comma-separated lists, one after another: blanks around items and empty items dropped. */
export function parseCsv(...values: readonly (string | undefined)[]): string[] {
  return values
    .flatMap((value) => (value ?? '').split(','))
    .map((item) => item.trim())
    .filter((item) => item !== '')
}
