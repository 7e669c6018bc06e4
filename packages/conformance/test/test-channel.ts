import { randomBytes, randomInt } from 'node:crypto'
import path from 'node:path'
import type { Channel } from '@rally/core/model/channel'
import type { Ids } from '@rally/core/ports/clock'

/** A channel for tests, in a folder that the caller owns. */
export function testChannel(dir: string): Channel {
  return {
    app: path.basename(dir),
    dir,
    appsRoot: path.dirname(dir),
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

export function testIds(): Ids {
  return {
    hex: (length) =>
      randomBytes(Math.ceil(length / 2))
        .toString('hex')
        .slice(0, length),
    digits: (length) => Array.from({ length }, () => randomInt(10)).join(''),
  }
}
