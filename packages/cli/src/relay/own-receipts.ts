import type { Channel } from '@rally/core/model/channel'
import type { Clock } from '@rally/core/ports/clock'
import type { Transport } from '@rally/core/ports/transport'
import { readOwnReceipts } from '@rally/core/usecases/inbox/own-receipts'
import { createActivity } from '@rally/local/channel-files/activity'
import { receiptsMark } from '@rally/local/channel-files/receipts-mark'
import { probeHostProcess } from '@rally/local/identity/host-probe'
import { createDoorbell } from '@rally/local/ringing/create-doorbell'
import type { Env } from '@rally/local/system/user-dirs'
import type { OwnReceipts } from '@rally/relay/ports/own-receipts'

/** How far messages got with the sessions of this machine, from the files of a channel. */
export function ownReceipts(
  channel: Channel,
  home: Transport,
  { clock, env }: { clock: Clock; env: Env },
): OwnReceipts {
  const ctx = {
    transport: home,
    clock,
    activity: createActivity(channel.dir),
    doorbell: createDoorbell(channel.dir, env),
    hostProcess: probeHostProcess,
  }
  return { mark: async () => receiptsMark(channel.dir), read: () => readOwnReceipts(ctx) }
}
