import type { ChannelDiscovery } from '@rally/core/ports/channel-discovery'
import type { Clock } from '@rally/core/ports/clock'
import type { Transports } from '@rally/core/ports/transport'
import { listPeers } from '@rally/core/rules/presence/active-peers'
import { TOKENS } from '@rally/core/tokens'
import { readLifeTimes } from '@rally/core/usecases/presence/life-times'
import { probeHostProcess } from '../identity/host-probe.js'
import type { Ports } from './ports.js'

/** Live sessions of a tool in the working tree of a folder. */
export async function findLiveSessions({ get }: Ports, tool: string, cwd: string): Promise<readonly string[]> {
  const channel = await get<ChannelDiscovery>(TOKENS.channelDiscovery).resolve(cwd)
  const transport = await get<Transports>(TOKENS.transports).open(channel)
  try {
    const now = get<Clock>(TOKENS.clock).now()
    const here = `${channel.worktree ?? cwd}/`
    const sessions = await transport.sessions.list()
    const times = await readLifeTimes(transport.sessions, sessions, now)
    return listPeers(sessions, { now, ...times, hostProcess: probeHostProcess })
      .filter((presence) => presence.tool === tool && `${presence.cwd ?? ''}/`.startsWith(here))
      .map((presence) => presence.session_id)
  } finally {
    await transport.close()
  }
}
