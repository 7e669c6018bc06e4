import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Access } from './access.js'
import { type ApiParts, answerApi } from './answer-api.js'
import { refusalOf, SAFE_HEADERS } from './headers.js'
import { PAGE_ASSETS } from './page-assets.js'
import { rateLimit } from './rate-limit.js'

const MOST_CONNECTIONS = 128

/** What the server serves, and to whom. */
export interface WebParts extends ApiParts {
  readonly access: Access
  /** The word that the next `rally web` of the same person knows from the private note. */
  readonly key: string
}

/** One room on 127.0.0.1. */
export interface WebServer {
  readonly port: number
  /** A new address; it works once, for a minute. */
  address(): string
  close(): Promise<void>
}

/** Listens; on a free port without `port`. Throws the system's error where that cannot be. */
export async function startServer(parts: WebParts, port = 0): Promise<WebServer> {
  const now = parts.now
  const limits = {
    all: rateLimit({ burst: 300, perSecond: 60 }, now),
    entry: rateLimit({ burst: 12, perSecond: 0.2 }, now),
  }
  let host = ''
  const address = () => `http://${host}/open/${parts.access.issueToken()}`
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method, url = '' } = request
    const isEntry = url.startsWith('/open/')
    const refusal = refusalOf(request, { host, isEntry })
    if (refusal !== undefined) return say(response, 403, refusal)
    if (!limits.all.take()) return say(response, 429, 'too many requests; wait a little')
    if (isEntry && method === 'GET') {
      if (!limits.entry.take()) return say(response, 429, 'too many tries; wait a minute')
      return enter(response, parts.access, url.slice('/open/'.length))
    }
    if (url === '/again' && method === 'POST') {
      if (!limits.entry.take()) return say(response, 429, 'too many tries; wait a minute')
      const isKnown = request.headers['x-rally-key'] === parts.key
      return isKnown ? say(response, 200, address()) : say(response, 403, 'not for you')
    }
    if (!url.startsWith(parts.access.folder) || !parts.access.hasCookie(request.headers.cookie))
      return say(response, 403, AGAIN)
    const path = url.slice(parts.access.folder.length)
    if (method === 'POST') return answerApi(parts, { request, response, path })
    const asset = method === 'GET' && Object.hasOwn(PAGE_ASSETS, path) ? PAGE_ASSETS[path] : undefined
    if (asset === undefined) return say(response, 404, 'there is no such page')
    send(response, 200, { 'Content-Type': asset.type }, asset.text)
  }
  const server = createServer((request, response) => {
    answer(request, response).catch(() => {
      if (!response.headersSent) say(response, 500, 'rally web failed to answer')
      else response.destroy()
    })
  })
  server.maxConnections = MOST_CONNECTIONS
  server.requestTimeout = 30_000
  await listen(server, port)
  const bound = (server.address() as AddressInfo).port
  host = `127.0.0.1:${bound}`
  return {
    port: bound,
    address,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const AGAIN = 'This address works once, for a minute. Run rally web again for a new one.'

/**
 * A page of ours leads on, not a redirect: after one that began on another page (the file of --open) a browser would keep the
 * cookie back from the first request. It has an icon: a browser asks for one that is not named, and that is refused.
 */
function enter(response: ServerResponse, access: Access, token: string): void {
  const cookie = access.redeem(token)
  if (cookie === undefined) {
    say(response, 403, AGAIN)
    return
  }
  const headers = { 'Set-Cookie': cookie, 'Content-Type': 'text/html; charset=utf-8' }
  send(
    response,
    200,
    headers,
    `<!doctype html><html lang="en"><title>Rally</title><link rel="icon" href="data:,"><meta http-equiv="refresh" content="0;url=${access.folder}">`,
  )
}

export function say(response: ServerResponse, status: number, text: string): void {
  send(response, status, { 'Content-Type': 'text/plain; charset=utf-8' }, text)
}

function send(response: ServerResponse, status: number, headers: Record<string, string>, text: string): void {
  response.writeHead(status, { ...SAFE_HEADERS, ...headers })
  response.end(text)
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
