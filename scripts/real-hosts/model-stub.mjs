// A stand-in on loopback for the models of two hosts: Anthropic Messages and OpenAI Responses. It answers "ok" to everything and
// keeps what it was asked.
import { createServer } from 'node:http'

const USAGE = { input_tokens: 10, output_tokens: 10 }

function anthropic(body, id) {
  const message = { id, type: 'message', role: 'assistant', model: body.model, stop_sequence: null, usage: USAGE }
  if (!body.stream) return { ...message, content: [{ type: 'text', text: 'ok' }], stop_reason: 'end_turn' }
  return [
    { type: 'message_start', message: { ...message, content: [], stop_reason: null } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'ok' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 10 } },
    { type: 'message_stop' },
  ]
}

function openai(body, id) {
  const content = [{ type: 'output_text', text: 'ok', annotations: [] }]
  const item = { type: 'message', id: `item_${id}`, role: 'assistant', status: 'completed', content }
  const usage = {
    ...{ ...USAGE, total_tokens: 20 },
    ...{ input_tokens_details: { cached_tokens: 0 }, output_tokens_details: { reasoning_tokens: 0 } },
  }
  const response = { id, object: 'response', created_at: 1_700_000_000, status: 'completed', model: body.model }
  if (!body.stream) return { ...response, output: [item], usage }
  return [
    { type: 'response.created', response: { ...response, status: 'in_progress', output: [], usage: null } },
    { type: 'response.output_item.added', output_index: 0, item: { ...item, status: 'in_progress' } },
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: { ...response, output: [item], usage } },
  ]
}

/** Starts it. `requests` grows: the bodies that were sent to a model, in order. */
export async function startModelStub() {
  const requests = []
  const server = createServer((request, response) => {
    const chunks = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const api = /\/messages(\?|$)/.test(request.url)
        ? anthropic
        : /\/responses(\?|$)/.test(request.url)
          ? openai
          : undefined
      const answer = (status, value) => {
        response.writeHead(status, { 'content-type': 'application/json' })
        response.end(JSON.stringify(value))
      }
      if (request.method !== 'POST' || api === undefined) {
        const isCount = /count_tokens/.test(request.url)
        return isCount
          ? answer(200, { input_tokens: 10 })
          : answer(404, { error: { type: 'not_found_error', message: 'stub' } })
      }
      const text = Buffer.concat(chunks).toString()
      const body = JSON.parse(text)
      requests.push(text)
      const events = api(body, `stub_${requests.length}`)
      if (!Array.isArray(events)) return answer(200, events)
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      for (const event of events) response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
      response.end()
    })
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${server.address().port}`, requests, stop: () => server.close() }
}
