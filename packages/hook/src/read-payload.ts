import fs from 'node:fs'
import { isObject, type JsonObject, parseJson } from '@rally/core/readers'
import { findJsonEnd, newJsonScan } from './json-scan.js'

/** A payload above this is not read to its end. */
const LARGEST = 8 << 20
const CHUNK = 16 << 10
const PAUSE_MS = 2
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const BLANK = 0x20

export interface ReadPayloadOptions {
  /** `Date.now()` after which nothing more is waited for. */
  readonly deadline: number
  readonly fd?: number
  /** Where a payload goes on that ends too early. */
  readonly rest?: number | undefined
}

/** A payload, or why there is none: the words of the hook journal. */
export type ReadPayload = JsonObject | 'empty-stdin' | 'bad-payload' | 'stdin-timeout'

/**
 * The JSON object on stdin, read until it is whole: a host may leave the pipe open behind it. Waits for a slow host until the
 * deadline, never longer.
 */
export function readPayload({ deadline, fd = 0, rest }: ReadPayloadOptions): ReadPayload {
  let input = openWithoutWaiting(fd)
  let next = rest
  const chunks: Buffer[] = []
  const scan = newJsonScan()
  let length = 0
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK)
    const count = readSome(input, chunk, deadline)
    if (count === 'timeout') return 'stdin-timeout'
    if (count === 0 && next !== undefined) {
      input = openWithoutWaiting(next)
      next = undefined
      continue
    }
    if (count === 0) return length === 0 ? 'empty-stdin' : parsePayload(Buffer.concat(chunks, length).toString())
    if (length === 0 && count < chunk.length && lastByte(chunk, count) === CLOSE_BRACE) {
      // Nearly always the whole payload: parsing it tells sooner than scanning it.
      const payload = parseJson(chunk.subarray(0, count).toString())
      if (isObject(payload)) return payload
    }
    const isWhole = findJsonEnd(scan, chunk, count)
    chunks.push(chunk.subarray(0, count))
    length += count
    if (isWhole) return parsePayload(Buffer.concat(chunks, length).toString())
    if (length > LARGEST) return 'bad-payload'
  }
}

/** The last byte that is no white space. */
function lastByte(bytes: Uint8Array, count: number): number | undefined {
  let at = count - 1
  while (at > 0 && (bytes[at] ?? 0) <= BLANK) at -= 1
  return bytes[at]
}

function parsePayload(read: string): JsonObject | 'empty-stdin' | 'bad-payload' {
  // A byte order mark in front is no part of the JSON.
  const text = read.charCodeAt(0) === 0xfeff ? read.slice(1) : read
  if (text.trim() === '') return 'empty-stdin'
  const value = parseJson(text) ?? parseJson(firstObject(text))
  return isObject(value) ? value : 'bad-payload'
}

/** The object at the beginning, when something follows it in the same read. */
function firstObject(text: string): string {
  const start = text.indexOf('{')
  const bytes = Buffer.from(text.slice(Math.max(0, start)))
  const scan = newJsonScan()
  if (start < 0 || bytes[0] !== OPEN_BRACE || !findJsonEnd(scan, bytes, bytes.length)) return ''
  return bytes.toString('utf8', 0, scan.end)
}

/** Bytes read, 0 at the end of the input. */
function readSome(fd: number, bytes: Buffer, deadline: number): number | 'timeout' {
  for (;;) {
    try {
      return fs.readSync(fd, bytes, 0, bytes.length, null)
    } catch (error) {
      const { code } = error as { code?: unknown }
      if (code === 'EOF') return 0
      if (code !== 'EAGAIN' && code !== 'EINTR') throw error
      if (Date.now() >= deadline) return 'timeout'
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS)
    }
  }
}

/**
 * A descriptor whose reads answer EAGAIN instead of waiting, so that the deadline holds: Node has no timer that could
 * interrupt a synchronous read. A pipe is opened anew without blocking (Linux); for a socket, which Node hosts hand over as
 * stdin, and elsewhere, libuv's pipe handle switches the descriptor itself over. Where neither works reads wait.
 */
function openWithoutWaiting(fd: number): number {
  try {
    const facts = fs.fstatSync(fd)
    if (!facts.isFIFO() && !facts.isSocket()) return fd
    if (facts.isFIFO()) {
      try {
        return fs.openSync(`/proc/self/fd/${fd}`, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)
      } catch {
        // No /proc.
      }
    }
    const { binding } = process as unknown as { binding(name: string): PipeBinding }
    const { Pipe, constants } = binding('pipe_wrap')
    new Pipe(constants.SOCKET).open(fd)
  } catch {
    // Reads wait.
  }
  return fd
}

interface PipeBinding {
  readonly Pipe: new (type: number) => { open(fd: number): number }
  readonly constants: { readonly SOCKET: number }
}
