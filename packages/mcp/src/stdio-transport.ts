import type { Readable, Writable } from 'node:stream'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { type JSONRPCMessage, JSONRPCMessageSchema } from '@modelcontextprotocol/sdk/types.js'
import { isObject, parseJson } from '@rally/core/readers'

/** Longest line that is read; what is longer is passed over up to its end. */
const MOST_BYTES = 4 * 1024 * 1024
const NEWLINE = 0x0a
const INVALID_REQUEST = -32_600

export interface StdioOptions {
  /** The client has closed its end, or is gone. */
  readonly onEnd: () => Promise<void>
}

/**
 * One message a line on two streams. Whatever a line holds, reading goes on: what is no message is passed over, and answered
 * where it names a request. The SDK's own transport ends at a line that is too long and never at the end of its input.
 */
export class StdioTransport implements Transport {
  onclose?: () => void
  onerror?: (error: Error) => void
  onmessage?: (message: JSONRPCMessage) => void
  readonly #input: Readable
  readonly #output: Writable
  readonly #onEnd: () => Promise<void>
  #parts: Buffer[] = []
  #size = 0
  #ended = false

  constructor(input: Readable, output: Writable, { onEnd }: StdioOptions) {
    this.#input = input
    this.#output = output
    this.#onEnd = onEnd
  }

  async start(): Promise<void> {
    this.#input.on('data', (chunk: Buffer) => this.#read(chunk))
    for (const event of ['end', 'close', 'error']) this.#input.on(event, () => this.#end())
    // Nobody reads any more.
    this.#output.on('error', () => this.#end())
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if (!this.#output.writable) return
    await new Promise<void>((resolve) => {
      if (this.#output.write(`${JSON.stringify(message)}\n`)) resolve()
      else this.#output.once('drain', resolve)
    })
  }

  async close(): Promise<void> {
    this.#ended = true
    this.#input.destroy()
    this.onclose?.()
  }

  #end(): void {
    if (this.#ended) return
    this.#ended = true
    void this.#onEnd()
  }

  #read(chunk: Buffer): void {
    let from = 0
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      this.#keep(chunk.subarray(from, at))
      this.#line()
      from = at + 1
    }
    this.#keep(chunk.subarray(from))
  }

  #keep(part: Buffer): void {
    this.#size += part.length
    if (this.#size > MOST_BYTES) this.#parts = []
    else if (part.length > 0) this.#parts.push(part)
  }

  #line(): void {
    const text = this.#size > MOST_BYTES ? '' : Buffer.concat(this.#parts).toString('utf8').trim()
    this.#parts = []
    this.#size = 0
    if (text === '') return
    const value = parseJson(text)
    const read = JSONRPCMessageSchema.safeParse(value)
    if (read.success) this.onmessage?.(read.data)
    else void this.#refuse(value)
  }

  async #refuse(value: unknown): Promise<void> {
    if (!isObject(value) || 'result' in value || 'error' in value) return
    const { id } = value
    if (typeof id !== 'string' && typeof id !== 'number') return
    const error = { code: INVALID_REQUEST, message: 'this is no request of the protocol' }
    await this.send({ jsonrpc: '2.0', id, error })
  }
}
