import { closeSync, ftruncateSync, lstatSync, readFileSync, writeSync } from 'node:fs'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { Channel } from '@rally/core/model/channel'
import type { RelayRoom, RelayStatus } from '@rally/core/model/relay-room'
import type { ConfigurationPort } from '@rally/core/ports/configuration'
import { int, isObject, parseJson, text } from '@rally/core/readers'
import { listChannelsSync } from '@rally/local/discovery/list-channels'
import { markerPath, readMarker } from '@rally/local/discovery/marker'
import { runGit } from '@rally/local/repository/run-git'
import { makeFolder } from '@rally/local/system/make-folder'
import { readSmallFile } from '@rally/local/system/small-file'
import type { Env } from '@rally/local/system/user-dirs'
import { openToUpdate } from '@rally/local/transport/files/open-regular'
import { writeAtomically } from '@rally/local/transport/files/write-atomically'
import { loadFlock } from '@rally/local/transport/lock/flock'
import { relayError } from '@rally/relay/errors'
import type { RelayFiles, RelayMemory } from '@rally/relay/ports/relay-files'

/** The relay's own folder in the apps root; its name is no channel's, so no reader takes it for one. */
const FOLDER = '.relay'
const ROOM_FILE = 'relay.json'
/** Rooms that repositories propose and the user has accepted, by channel. */
const ACCEPTED = 'accepted.json'
const FILE_BYTES = 4 * 1024 * 1024
const GIT_MS = 5_000

export interface RelayFilesOptions {
  readonly appsRoot: string
  readonly env: Env
  readonly configuration: ConfigurationPort
  readonly nonce: () => string
}

/** What the relay of an apps root keeps on disk. Files are private to the user and hold no secret. */
export function createRelayFiles({ appsRoot, env, configuration, nonce }: RelayFilesOptions): RelayFiles {
  const write = (root: string, relative: string, value: unknown) => {
    writeAtomically(root, relative, { text: `${JSON.stringify(value, null, 2)}\n`, synced: true })
  }
  const own = (relative: string) => `${FOLDER}/${relative}`
  const ready = () => makeFolder(join(appsRoot, FOLDER, 'memory'))
  const lockFile = () => {
    ready()
    return openToUpdate(appsRoot, own('lock'))
  }
  const program = env.RALLY_LOCK === 'program'

  return {
    async machine() {
      const known = text(readJson(join(appsRoot, FOLDER, 'machine.json'))?.id)
      if (known !== undefined) return known
      ready()
      const id = formerMachine(appsRoot) ?? `${machineName(hostname())}-${nonce().slice(0, 8).padEnd(8, '0')}`
      write(appsRoot, own('machine.json'), { schema: 'rally.machine/1', id })
      return id
    },
    async lock() {
      const file = lockFile()
      const flock = loadFlock({ program })
      if (flock.tryLock(file.fd) !== 'taken') {
        closeSync(file.fd)
        throw relayError('RELAY_RUNNING', { pid: readPid(join(appsRoot, own('lock'))) })
      }
      ftruncateSync(file.fd, 0)
      writeSync(file.fd, `${process.pid}\n`, 0)
      return () => closeSync(file.fd)
    },
    async isRunning() {
      if (lstatSync(join(appsRoot, own('lock')), { throwIfNoEntry: false }) === undefined) return false
      const file = lockFile()
      try {
        return loadFlock({ program }).tryLock(file.fd) !== 'taken'
      } finally {
        closeSync(file.fd)
      }
    },
    readRoom: async (channel) => readRelayRoom(channel),
    async writeRoom(channel, room) {
      const known = await this.readRoom(channel)
      if (JSON.stringify(known) === JSON.stringify(room)) return
      write(channel.dir, ROOM_FILE, room)
    },
    readMemory: async (channel) => toMemory(readJson(join(appsRoot, FOLDER, 'memory', `${channel.app}.json`))),
    async writeMemory(channel, memory) {
      ready()
      const path = own(`memory/${channel.app}.json`)
      if (JSON.stringify(readJson(join(appsRoot, path))) !== JSON.stringify(memory)) write(appsRoot, path, memory)
    },
    readStatus: async () => toStatus(readJson(join(appsRoot, FOLDER, 'status.json'))),
    async writeStatus(status) {
      ready()
      writeAtomically(appsRoot, own('status.json'), {
        text: `${JSON.stringify(status)}\n`,
        synced: false,
      })
    },
    async naming(channel) {
      const repoRoot = repositoryOf(channel)
      if (repoRoot === undefined) return {}
      const { relay } = await configuration.read(repoRoot)
      const wanted = relay?.channel
      const user = await configuration.read(undefined)
      const accepted = toAccepted(readJson(join(appsRoot, FOLDER, ACCEPTED)))[channel.app]
      const isAgreed =
        wanted === undefined ||
        wanted === user.relay?.channel ||
        (accepted?.key === wanted && accepted.repository === repoRoot)
      return {
        ...(isAgreed ? { configured: wanted } : { proposed: wanted }),
        originUrl: await originUrl(repoRoot, env),
      }
    },
    async accept(channel, key) {
      ready()
      const channels = toAccepted(readJson(join(appsRoot, FOLDER, ACCEPTED)))
      const repository = repositoryOf(channel)
      write(appsRoot, own(ACCEPTED), {
        schema: 'rally.relay-accepted/1',
        channels: { ...channels, [channel.app]: { key, repository } },
      })
    },
  }
}

/** `relay.json` of a channel; undefined when it is not relayed or the file is damaged. */
export function readRelayRoom(channel: Pick<Channel, 'dir'>): RelayRoom | undefined {
  return toRoom(readJson(join(channel.dir, ROOM_FILE)))
}

/** The main checkout of a channel's repository, from the marker in the channel. */
function repositoryOf(channel: Channel): string | undefined {
  if (channel.repoRoot !== null) return channel.repoRoot
  const marker = readMarker(markerPath(channel.dir))
  if (typeof marker === 'string') return undefined
  const root = basename(marker.commonDir) === '.git' ? dirname(marker.commonDir) : marker.commonDir
  return lstatSync(root, { throwIfNoEntry: false })?.isDirectory() ? root : undefined
}

async function originUrl(repoRoot: string, env: Env): Promise<string | undefined> {
  const end = await runGit(['config', '--get', 'remote.origin.url'], {
    cwd: repoRoot,
    env,
    timeoutMs: GIT_MS,
  })
  return end.kind === 'exited' && end.code === 0 ? text(end.stdout.trim()) : undefined
}

/** The machine that the channels say they belong to: its own file may have been lost. */
function formerMachine(appsRoot: string): string | undefined {
  const machines = new Set(listChannelsSync(appsRoot).map((channel) => readRelayRoom(channel)?.machine))
  machines.delete(undefined)
  return machines.size === 1 ? [...machines][0] : undefined
}

/** A host name as the readable part of a machine's name. */
function machineName(host: string): string {
  const name = (host.split('.')[0] ?? '').replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^-+/, '')
  return name === '' ? 'machine' : name.slice(0, 30)
}

function readPid(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim() || 'unknown'
  } catch {
    return 'unknown'
  }
}

function readJson(path: string): Record<string, unknown> | undefined {
  try {
    const file = readSmallFile(path, FILE_BYTES)
    const json = file.kind === 'text' ? parseJson(file.text) : undefined
    return isObject(json) ? json : undefined
  } catch {
    return undefined
  }
}

function toAccepted(
  json: Record<string, unknown> | undefined,
): Record<string, { key?: unknown; repository?: unknown }> {
  const channels = json?.schema === 'rally.relay-accepted/1' ? json.channels : undefined
  if (!isObject(channels)) return {}
  return Object.fromEntries(Object.entries(channels).map(([app, one]) => [app, isObject(one) ? one : {}]))
}

function toRoom(json: Record<string, unknown> | undefined): RelayRoom | undefined {
  const complete =
    json?.schema === 'rally.relay/1' && [json.key, json.machine, json.epoch].every((one) => text(one) !== undefined)
  return complete ? (json as RelayRoom) : undefined
}

function toMemory(json: Record<string, unknown> | undefined): RelayMemory | undefined {
  const at = Array.isArray(json?.at) ? json.at.map(int) : []
  const complete =
    text(json?.numbering) !== undefined && text(json?.epoch) !== undefined && int(json?.position) !== undefined
  if (!complete || at.length !== 3 || at.includes(undefined)) return undefined
  return { boxes: {}, ...json } as RelayMemory
}

function toStatus(json: Record<string, unknown> | undefined): RelayStatus | undefined {
  return json?.schema === 'rally.relay-status/1' && Array.isArray(json.channels) ? (json as RelayStatus) : undefined
}
