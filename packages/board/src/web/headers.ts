import type { IncomingMessage } from 'node:http'

/** Nothing but what the package brings; nothing inline, no frame, no form that goes anywhere, no address that leaks. */
export const SAFE_HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'none'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), usb=()',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Cache-Control': 'no-store',
} as const

/**
 * Why a request is refused before anything else is looked at, or undefined. The name it was sent to has to be ours (a foreign
 * name that leads here is an attack), and so has the page it comes from, where a browser names one.
 */
export function refusalOf(
  { headers, method, url = '' }: Pick<IncomingMessage, 'headers' | 'method' | 'url'>,
  { host, isEntry }: { readonly host: string; readonly isEntry: boolean },
): string | undefined {
  if (headers.host !== host) return 'this name is not served here'
  if (!url.startsWith('/')) return 'not an address of this server'
  const { origin } = headers
  if (origin !== undefined && origin !== `http://${host}`) return 'another page must not ask'
  const site = headers['sec-fetch-site']
  // The address that was printed may be opened from anywhere, once; nothing else may.
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isEntry) return 'another page must not ask'
  if (isEntry && (headers['sec-fetch-dest'] ?? 'document') !== 'document') return 'not an address to embed'
  if (method === 'POST' && origin === undefined) return 'a page has to say that it asks'
  return undefined
}
