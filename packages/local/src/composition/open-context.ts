import { createHash } from 'node:crypto'
import { historyDaysOf } from '@rally/core/moments/settings'
import type { ChannelDiscovery } from '@rally/core/ports/channel-discovery'
import type { Clock, Ids } from '@rally/core/ports/clock'
import type { ConfigurationPort } from '@rally/core/ports/configuration'
import type { CoordinationPort } from '@rally/core/ports/coordination'
import type { DoorbellPort } from '@rally/core/ports/doorbell'
import type { Hosts } from '@rally/core/ports/host'
import type { IdentityPort, SessionLookup } from '@rally/core/ports/identity'
import type { Machine } from '@rally/core/ports/machine'
import type { ProducerMetadata } from '@rally/core/ports/producer'
import type { RepositoryPort } from '@rally/core/ports/repository'
import type { RunIdentityPort } from '@rally/core/ports/run-identity'
import type { Transports } from '@rally/core/ports/transport'
import { TOKENS } from '@rally/core/tokens'
import type { RoomContext } from '@rally/core/usecases/context'
import { findSession } from '@rally/core/usecases/roster/find-session'
import { createActivity } from '../channel-files/activity.js'
import { createHistory } from '../channel-files/history.js'
import { probeHostProcess } from '../identity/host-probe.js'
import type { Ports } from './ports.js'
import { joinCoordinations, joinRunIdentities } from './resolve-together.js'

/**
 * The room of a folder (absolute), filled from the composed ports. The transport is the caller's to close.
 * Throws what discovery and the transport throw.
 */
export async function openContext(ports: Ports, workdir: string): Promise<RoomContext> {
  const { get } = ports
  const channel = await get<ChannelDiscovery>(TOKENS.channelDiscovery).resolve(workdir)
  return {
    channel,
    workdir,
    transport: await get<Transports>(TOKENS.transports).open(channel),
    clock: get<Clock>(TOKENS.clock),
    ids: get<Ids>(TOKENS.ids),
    machine: get<Machine>(TOKENS.machine),
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    producer: get<ProducerMetadata>(TOKENS.producer),
    repository: get<RepositoryPort>(TOKENS.repository),
    runIdentity: runIdentityOf(ports),
    coordination: joinCoordinations(ports.all<CoordinationPort>(TOKENS.coordination)),
    hostWords: async () => (await get<Hosts>(TOKENS.hosts).list()).flatMap(({ adapter }) => adapter ?? []),
    person: () => get<IdentityPort>(TOKENS.identity).person(),
    hostProcess: probeHostProcess,
    activity: createActivity(channel.dir),
    doorbell: get<(root: string) => DoorbellPort>(TOKENS.doorbells)(channel.dir),
    history: createHistory(channel.dir, {
      days: async () => historyDaysOf(await get<ConfigurationPort>(TOKENS.configuration).read(undefined)),
    }),
  }
}

/** The port of the durable run, when a plugin supplies one. */
export function runIdentityOf(ports: Ports): RunIdentityPort | undefined {
  return joinRunIdentities(ports.all<RunIdentityPort>(TOKENS.runIdentity))
}

/** Finds a session of a room by its id or name. */
export function lookupIn({ transport }: RoomContext): SessionLookup {
  return (word) => findSession(transport, word)
}
