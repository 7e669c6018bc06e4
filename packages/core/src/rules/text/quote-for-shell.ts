/** A path as one word of a POSIX shell. Names with control characters come out in `$'…'`, so that nothing reaches a terminal raw. */
export function quoteForShell(path: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(path)) return path
  if (!/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(path)) return `'${path.replaceAll("'", "'\\''")}'`
  const escaped = path
    .replace(/[\\']/g, '\\$&')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (one) =>
      [...new TextEncoder().encode(one)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''),
    )
  return `$'${escaped}'`
}
