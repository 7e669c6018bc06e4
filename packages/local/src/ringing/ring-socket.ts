import fs from 'node:fs'
import { join } from 'node:path'
import { reasonOf } from '@rally/core/errors'
import type { RingTarget } from '@rally/core/ports/doorbell'
import type { HostSocketRing } from '@rally/core/ports/host'
import { isObject, obj, parseJson, text } from '@rally/core/readers'
import { RING_SENTENCE } from '@rally/core/rules/ring/ring-sentence'
import { readSmallFile } from '../system/small-file.js'
import type { Env } from '../system/user-dirs.js'

const TIMEOUT_MS = 2000
const LARGEST = 256 << 10

/** Writes the host's line with the fixed sentence to the session's own socket. Undefined when it was taken, else why not. */
export async function ringSocket(ring: HostSocketRing, target: RingTarget, env: Env): Promise<string | undefined> {
  const socket = findSocket(ring, target, env)
  if (socket === undefined) return 'its inbox was not found'
  const line = `${JSON.stringify(filled(ring.line))}\n`
  const { connect } = await import('node:net')
  return new Promise((settle) => {
    const client = connect(socket)
    const end = (why: string | undefined) => {
      clearTimeout(timer)
      client.destroy()
      settle(why)
    }
    const timer = setTimeout(() => end('its inbox does not answer'), TIMEOUT_MS)
    client.on('error', (error) => end(`its inbox cannot be reached: ${reasonOf(error)}`))
    client.on('connect', () => client.end(line, () => end(undefined)))
  })
}

/** The socket that the host names for the session's own process; only one of this user, and only where the file speaks of this session. */
function findSocket({ folder, homeVariable, file, session, socket }: HostSocketRing, target: RingTarget, env: Env) {
  const { HOME } = env
  const home =
    (homeVariable === undefined ? undefined : env[homeVariable]) || (HOME === undefined ? '' : join(HOME, folder))
  if (target.hostPid === null || !home.startsWith('/')) return undefined
  try {
    const read = readSmallFile(join(home, file.replace('{pid}', String(target.hostPid))), LARGEST, { follow: false })
    const facts = read.kind === 'text' ? obj(parseJson(read.text)) : {}
    const path = text(facts[socket])
    if (path === undefined || facts[session] !== target.sessionId) return undefined
    const stats = fs.lstatSync(path)
    return path.startsWith('/') && stats.isSocket() && stats.uid === process.getuid?.() ? path : undefined
  } catch {
    return undefined
  }
}

/** The line with the sentence in the place of `{text}`. */
function filled(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('{text}', RING_SENTENCE)
  if (Array.isArray(value)) return value.map(filled)
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, filled(part)])) : value
}
