import { randomBytes, randomInt } from 'node:crypto'
import path from 'node:path'
import { CATALOGUE, type ErrorCode, errorsOf, RallyError } from '@rally/core/errors'
import { requireSafeId, safeName } from '@rally/core/ids'
import type { Channel } from '@rally/core/model/channel'
import type { ServerConnection, ServerSettings, TransportApi } from '@rally/core/ports/transport-plugin'
import factory from '../src/transport.js'

/** What the command line hands to the plugin. */
export const api: TransportApi = {
  api: 1,
  error: (code, details, options) => {
    if (!(code in CATALOGUE)) throw new Error(`no such error code: ${code}`)
    return new RallyError(code as ErrorCode, details, options)
  },
  errors: errorsOf,
  requireSafeId,
  safeName,
  clock: { now: () => Date.now() / 1000 },
  ids: {
    hex: (length) =>
      randomBytes(Math.ceil(length / 2))
        .toString('hex')
        .slice(0, length),
    digits: (length) => Array.from({ length }, () => randomInt(10)).join(''),
  },
}

export const plugin = factory(api)

export function connectTo(settings: ServerSettings): Promise<ServerConnection> {
  return plugin.connect(settings, { name: 'rally-test' })
}

export function testChannel(app: string): Channel {
  return {
    app,
    dir: path.join('/nowhere', app),
    appsRoot: '/nowhere',
    repoRoot: null,
    worktree: null,
    resolvedVia: 'test',
    resolvedViaDetail: '',
    channelLayout: 'legacy',
    policy: 'legacy-only',
    protocolVersion: '1.0',
    legacyChannelDir: null,
  }
}
