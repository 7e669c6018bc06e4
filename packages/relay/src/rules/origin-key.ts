/**
 * The address of a repository in a form that all its clones share: `github.com/org/name`, whatever protocol, user, port or
 * spelling a clone uses. Undefined for an address that means something on one machine only (a path, `file:`, a bare name).
 */
export function normalizeOriginUrl(url: string): string | undefined {
  const text = url.trim()
  const withScheme = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(text)
  const [host, path] = withScheme ? splitUrl(withScheme[1] ?? '', withScheme[2] ?? '') : splitScp(text)
  if (host === undefined || path === undefined) return undefined
  const clean = path
    .replace(/[?#].*$/, '')
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')
    .replace(/\.git$/i, '')
  if (clean === '' || clean.split('/').includes('..') || isThisMachine(host)) return undefined
  return `${host}/${clean}`.toLowerCase()
}

const PORTS: Readonly<Record<string, string>> = { ssh: '22', https: '443', http: '80', git: '9418' }

function splitUrl(scheme: string, rest: string): [string | undefined, string | undefined] {
  const kind = scheme.toLowerCase().replace(/^git\+/, '')
  if (PORTS[kind] === undefined) return [undefined, undefined]
  const slash = rest.indexOf('/')
  if (slash < 0) return [undefined, undefined]
  const authority = rest.slice(0, slash)
  const host = authority.slice(authority.lastIndexOf('@') + 1)
  const bare = host.replace(new RegExp(`:${PORTS[kind]}$`), '')
  return [bare === '' ? undefined : bare, rest.slice(slash + 1)]
}

/** `user@host:path`; a path with a colon in its first part looks the same to git as well. */
function splitScp(text: string): [string | undefined, string | undefined] {
  const match = /^(?:[^/@:]+@)?(\[[^\]]+\]|[^/:@]+):(?!\/\/)(.*)$/.exec(text)
  return match ? [match[1], match[2]] : [undefined, undefined]
}

function isThisMachine(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)(:\d+)?$/i.test(host)
}

/**
 * The room's name on the server for a normalised address: the repository's name for people, and enough of a SHA-256 that
 * two addresses never meet.
 */
export function keyOfOrigin(normalized: string, sha256: (text: string) => string): string {
  const name = (normalized.split('/').at(-1) ?? '')
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 30)
  return `${name === '' ? 'room' : name}-${sha256(normalized).slice(0, 20)}`
}
