// Stands in for the models of several hosts on loopback: every request of a conversation that holds the mark is answered with the
// next step, `{tool, input}` or `{text}`, or a function that makes one of what it was shown, after the step's `when`, if it has one, was
// fulfilled; any other with "ok". Which step is next is told by the tool results in the request.
import { createServer } from 'node:http'

const APIS = [
  {
    path: /\/v1\/messages/,
    name: 'anthropic',
    results: (body) => blocks(body.messages).filter((b) => b.type === 'tool_result'),
  },
  {
    path: /\/responses$/,
    name: 'openai',
    results: (body) => list(body.input).filter((b) => /_call_output$/.test(b.type ?? '')),
  },
  {
    path: /\/chat\/completions$/,
    name: 'chat',
    results: (body) => list(body.messages).filter((message) => message.role === 'tool'),
  },
  {
    path: /GenerateContent/i,
    name: 'gemini',
    results: (body) =>
      list(body.contents)
        .flatMap((c) => list(c.parts))
        .filter((part) => part.functionResponse),
  },
]
const list = (value) => (Array.isArray(value) ? value : [])
const blocks = (messages) => list(messages).flatMap((message) => list(message.content))

/**
 * Answers `{port, results(), seen(), reset(), close()}`; `results` are the tool results that the model was shown, as text, in their
 * order, `seen` all texts of the last conversation but what describes tools.
 */
export async function startModel(steps, mark) {
  let shown = []
  let heard = ''
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk) => {
      text += chunk
    })
    request.on('end', () => {
      const api = APIS.find(({ path }) => path.test(request.url ?? ''))
      if (api === undefined || text === '') return response.writeHead(404).end('{}')
      const body = JSON.parse(text)
      const results = api.results(body)
      // A request for a title holds what the person asked, and no tools.
      const isOurs = text.includes(mark) && (api.name !== 'chat' || list(body.tools).length > 0)
      if (isOurs && results.length >= shown.length) shown = results.map(textOf)
      if (isOurs) heard = JSON.stringify({ ...body, tools: undefined, instructions: undefined }, null, 1)
      const next = steps[results.length] ?? { text: 'done' }
      const step = !isOurs ? { text: 'ok' } : typeof next === 'function' ? next(heard) : next
      const say = () => answer[api.name](response, { body, step, number: results.length, url: request.url })
      Promise.resolve(step.when?.()).then(say)
    })
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: server.address().port,
    results: () => shown,
    seen: () => heard,
    reset() {
      shown = []
      heard = ''
    },
    close: () => server.close(),
  }
}

/** What the tool said, without what the host puts around it. */
function textOf(result) {
  const texts = []
  const walk = (value, key) => {
    if (typeof value === 'string') texts.push(...(['text', 'output', 'content', 'error'].includes(key) ? [value] : []))
    else if (typeof value === 'object' && value !== null)
      for (const [name, item] of Object.entries(value)) walk(item, Array.isArray(value) ? key : name)
  }
  walk(result.functionResponse?.response ?? result, '')
  return texts.filter((text) => !/^Wall time/.test(text)).join('\n')
}

function stream(response, events, named) {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const event of events)
    response.write(`${named ? `event: ${event.type}\n` : ''}data: ${JSON.stringify(event)}\n\n`)
  response.end()
}

const json = (response, body) =>
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))

const answer = {
  anthropic(response, { body, step, number }) {
    const id = `msg_${number}`
    const usage = { input_tokens: 1, output_tokens: 1, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 }
    const block = step.tool
      ? { type: 'tool_use', id: `toolu_${number}`, name: step.tool, input: step.input }
      : { type: 'text', text: step.text }
    const message = { id, type: 'message', role: 'assistant', model: body.model, usage, stop_sequence: null }
    const stop = step.tool ? 'tool_use' : 'end_turn'
    if (!body.stream) return json(response, { ...message, content: [block], stop_reason: stop })
    const delta = step.tool
      ? { type: 'input_json_delta', partial_json: JSON.stringify(step.input) }
      : { type: 'text_delta', text: step.text }
    stream(
      response,
      [
        { type: 'message_start', message: { ...message, content: [], stop_reason: null } },
        {
          type: 'content_block_start',
          index: 0,
          content_block: step.tool ? { ...block, input: {} } : { type: 'text', text: '' },
        },
        { type: 'content_block_delta', index: 0, delta },
        { type: 'content_block_stop', index: 0 },
        { type: 'message_delta', delta: { stop_reason: stop, stop_sequence: null }, usage: { output_tokens: 1 } },
        { type: 'message_stop' },
      ],
      true,
    )
  },
  openai(response, { body, step, number }) {
    const item = step.tool
      ? {
          ...{
            type: 'function_call',
            id: `fc_${number}`,
            call_id: `call_${number}`,
            name: step.tool,
            status: 'completed',
          },
          arguments: JSON.stringify(step.input),
          ...(step.namespace ? { namespace: step.namespace } : {}),
        }
      : {
          ...{ type: 'message', id: `item_${number}`, role: 'assistant', status: 'completed' },
          content: [{ type: 'output_text', text: step.text, annotations: [] }],
        }
    const details = { input_tokens_details: { cached_tokens: 0 }, output_tokens_details: { reasoning_tokens: 0 } }
    const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2, ...details }
    const whole = {
      id: `r_${number}`,
      object: 'response',
      created_at: 1,
      status: 'completed',
      model: body.model,
      output: [item],
      usage,
    }
    if (!body.stream) return json(response, whole)
    stream(
      response,
      [
        { type: 'response.created', response: { ...whole, status: 'in_progress', output: [], usage: null } },
        { type: 'response.output_item.added', output_index: 0, item: { ...item, status: 'in_progress' } },
        { type: 'response.output_item.done', output_index: 0, item },
        { type: 'response.completed', response: whole },
      ],
      true,
    )
  },
  chat(response, { body, step, number }) {
    const call = {
      ...{ index: 0, id: `call_${number}`, type: 'function' },
      function: { name: step.tool, arguments: JSON.stringify(step.input) },
    }
    const message = step.tool
      ? { role: 'assistant', content: null, tool_calls: [call] }
      : { role: 'assistant', content: step.text }
    const stop = step.tool ? 'tool_calls' : 'stop'
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }
    const whole = { id: `chat_${number}`, created: 1, model: body.model }
    if (!body.stream)
      return json(response, {
        ...{ ...whole, object: 'chat.completion' },
        ...{ choices: [{ index: 0, message, finish_reason: stop }], usage },
      })
    const chunk = { ...whole, object: 'chat.completion.chunk' }
    const chunks = [
      { ...chunk, choices: [{ index: 0, delta: message, finish_reason: null }] },
      { ...chunk, choices: [{ index: 0, delta: {}, finish_reason: stop }] },
      { ...chunk, choices: [], usage },
    ]
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const one of chunks) response.write(`data: ${JSON.stringify(one)}\n\n`)
    response.end('data: [DONE]\n\n')
  },
  gemini(response, { step, url }) {
    const part = step.tool ? { functionCall: { name: step.tool, args: step.input } } : { text: step.text }
    const usageMetadata = { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 }
    const candidate = { content: { role: 'model', parts: [part] }, finishReason: 'STOP', index: 0 }
    const body = { candidates: [candidate], usageMetadata }
    if (/stream/i.test(url)) stream(response, [body], false)
    else json(response, body)
  },
}
