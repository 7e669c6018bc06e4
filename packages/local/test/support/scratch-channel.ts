import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { RecordDraft } from '@rally/core/model/change-record'
import type { Channel } from '@rally/core/model/channel'
import type { Clock, Ids } from '@rally/core/ports/clock'
import type { Transport } from '@rally/core/ports/transport'
import { createFileTransport, type FileTransportOptions } from '../../src/transport/create-file-transport.js'

export const clock: Clock = { now: () => Date.now() / 1000 }
export const ids: Ids = {
  hex: (length) => randomBytes(length).toString('hex').slice(0, length),
  digits: (length) => String(randomBytes(6).readUIntBE(0, 6)).padStart(length, '0').slice(-length),
}

export interface Scratch {
  /** The channel folder; not created. */
  readonly dir: string
  readonly channel: Channel
  /** The cache home of this scratch. */
  readonly cache: string
  open(options?: Partial<FileTransportOptions>): Transport
  write(relative: string, text: string | Buffer): string
  read(relative: string): string
  lines(relative: string): Record<string, unknown>[]
  remove(): void
}

/** A channel in a temporary folder of its own, with its own cache. */
export function makeScratch(options: { create?: boolean } = {}): Scratch {
  const base = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'rally-transport-')))
  const dir = path.join(base, 'apps', 'demo-app')
  const cache = path.join(base, 'cache')
  if (options.create !== false) fs.mkdirSync(dir, { recursive: true })
  const channel = channelAt(dir)
  const transports: Transport[] = []
  return {
    dir,
    channel,
    cache,
    open(more) {
      const transport = createFileTransport({
        channel,
        clock,
        ids,
        env: { HOME: base, XDG_CACHE_HOME: cache },
        ...more,
      })
      transports.push(transport)
      return transport
    },
    write(relative, text) {
      const file = path.join(dir, relative)
      fs.mkdirSync(path.dirname(file), { recursive: true })
      fs.writeFileSync(file, text)
      return file
    },
    read: (relative) => fs.readFileSync(path.join(dir, relative), 'utf8'),
    lines: (relative) =>
      fs
        .readFileSync(path.join(dir, relative), 'utf8')
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    remove() {
      for (const transport of transports) void transport.close()
      fs.rmSync(base, { recursive: true, force: true })
    },
  }
}

export function channelAt(dir: string): Channel {
  return {
    app: path.basename(dir),
    dir,
    appsRoot: path.dirname(dir),
    repoRoot: null,
    worktree: null,
    resolvedVia: 'test',
    resolvedViaDetail: 'test',
    channelLayout: 'legacy',
    policy: 'legacy-only',
    protocolVersion: '1.0',
    legacyChannelDir: null,
  }
}

export function makeDraft(more: Partial<RecordDraft> = {}): RecordDraft {
  return {
    kind: 'feedback',
    tool: 'codex',
    model: 'm',
    run_id: 'r',
    app_slug: 'demo-app',
    payload: {},
    ts: 1767225600,
    ...more,
  }
}
