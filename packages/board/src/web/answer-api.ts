import type { IncomingMessage, ServerResponse } from 'node:http'
import { bool, num, strings, text } from '@rally/core/readers'
import type { RoomStream } from '../stream/room-stream.js'
import { HANDOFF_VERDICTS, type PersonWriting } from '../stream/write-as-person.js'
import type { Access } from './access.js'
import { SAFE_HEADERS } from './headers.js'
import type { Pages } from './pages.js'
import { rateLimit } from './rate-limit.js'
import { readBody } from './read-body.js'

/** What the page may ask for. */
export interface ApiParts {
  readonly access: Access
  readonly stream: RoomStream
  readonly writing: PersonWriting
  readonly pages: Pages
  /** Epoch seconds. */
  now(): number
}

interface Asked {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Below the page's folder. */
  readonly path: string
}

type Body = Readonly<Record<string, unknown>>

const MOST_ENTRIES = 60_000
const writes = new WeakMap<ApiParts, ReturnType<typeof rateLimit>>()

/** A question of the page: all are POST, so that a browser says who asks, and all but the first need the page's secret. */
export async function answerApi(parts: ApiParts, { request, response, path }: Asked): Promise<void> {
  const { access, stream, pages } = parts
  if (path === 'page') return json(response, 200, { page: access.addPage() })
  const page = request.headers['x-rally-page']
  if (!access.isPage(typeof page === 'string' ? page : undefined)) return json(response, 403, refused('load it again'))
  if (path === 'stream') return pages.open(response, SAFE_HEADERS)
  const body = await readBody(request)
  if (body === undefined) return json(response, 400, refused('not a question of this page'))
  if (path === 'timeline') {
    const [since, until] = [num(body.since) ?? parts.now() - 3600, num(body.until)]
    const limit = Math.min(MOST_ENTRIES, Math.max(1, num(body.limit) ?? 5000))
    return json(response, 200, await stream.timeline({ since, limit, ...(until === undefined ? {} : { until }) }))
  }
  const write = WRITES[path]
  if (write === undefined) return json(response, 404, refused('there is no such question'))
  const limit = writes.get(parts) ?? rateLimit({ burst: 20, perSecond: 1 }, parts.now)
  writes.set(parts, limit)
  if (!limit.take()) return json(response, 429, refused('that is a lot at once; wait a little'))
  try {
    const said = await write(parts.writing, body)
    void stream.refresh()
    return json(response, 200, { ok: true, said })
  } catch (thrown) {
    return json(response, 422, { ok: false, ...sentenceOf(thrown) })
  }
}

const WRITES: Readonly<Record<string, (writing: PersonWriting, body: Body) => Promise<string>>> = {
  tell: (writing, body) =>
    writing.tell({
      to: text(body.to) ?? 'all',
      text: text(body.text) ?? '',
      asks: bool(body.asks),
      urgent: bool(body.urgent),
    }),
  reply: (writing, body) => writing.reply({ id: text(body.id) ?? '', text: text(body.text) ?? '' }),
  settle: (writing, body) => {
    const verdict = HANDOFF_VERDICTS.find((word) => word === body.verdict)
    if (verdict === undefined) throw new Error(`a handoff is answered by ${HANDOFF_VERDICTS.join(', ')}`)
    return writing.settle({ id: text(body.id) ?? '', verdict, text: text(body.text) })
  },
  claim: (writing, body) =>
    writing.claim({ files: strings(body.files), why: text(body.why), length: text(body.length) }),
  release: (writing, body) => writing.release(strings(body.files)),
}

function sentenceOf(thrown: unknown): { readonly message: string; readonly hint?: string | undefined } {
  if (!(thrown instanceof Error)) return { message: String(thrown) }
  return { message: thrown.message, hint: 'hint' in thrown ? text(thrown.hint) : undefined }
}

const refused = (message: string) => ({ ok: false, message })

function json(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { ...SAFE_HEADERS, 'Content-Type': 'application/json; charset=utf-8' })
  response.end(JSON.stringify(value))
}
