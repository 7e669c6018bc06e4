/**
 * Whether a resolver's protocol version is one we speak: `1.0 <= v < 3.0` (protocol section 1). A major version alone means
 * its `.0`; resolvers write it as text or as a number.
 */
export function acceptsProtocol(version: unknown): boolean {
  if (typeof version !== 'string' && typeof version !== 'number') return false
  const match = /^(\d{1,6})(?:\.\d{1,6}(?:\..*)?)?$/s.exec(String(version).trim())
  const major = Number(match?.[1] ?? 0)
  return major >= 1 && major < 3
}
