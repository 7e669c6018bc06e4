import type { Channel } from '@rally/core/model/channel'
import type { RelayOrigin } from '@rally/core/model/relay-origin'
import type { RelayRoom, RelayStatus } from '@rally/core/model/relay-room'

/** What a relay remembers outside the rooms: only what the server may forget by itself (its retention). */
export interface RelayMemory {
  /** The series of the server's room that the rest belongs to. */
  readonly numbering: string
  readonly epoch: string
  /** Newest exported position, and where the next record stands. */
  readonly position: number
  readonly at: NonNullable<RelayOrigin['at']>
  /** Newest exported ordinal of each box. */
  readonly boxes: Readonly<Record<string, number>>
  /** Where to go on in each box, without reading it from its beginning. */
  readonly cursors?: Readonly<Record<string, BoxCursor>>
}

/** How far a box was read on both sides. It counts only while both entries are still the ones that it names. */
export interface BoxCursor {
  readonly home: number
  readonly hub: number
  /** What stands there; null at the beginning. */
  readonly homeMark: string | null
  readonly hubMark: string | null
  /** Newest position that was imported, by series. */
  readonly imported: Readonly<Record<string, number>>
}

/** What a relay keeps on this machine, outside the stores of a channel. */
export interface RelayFiles {
  /** This machine's name among the machines: made once per apps root, then the same for ever. */
  machine(): Promise<string>
  /**
   * Makes this process the only relay of this machine and apps root until the answer is called or the process ends.
   * Throws RallyError RELAY_RUNNING.
   */
  lock(): Promise<() => void>
  /** Whether a relay of this machine and apps root is running. */
  isRunning(): Promise<boolean>
  /** `relay.json` of a channel; undefined when it is not relayed or the file is damaged. */
  readRoom(channel: Channel): Promise<RelayRoom | undefined>
  writeRoom(channel: Channel, room: RelayRoom): Promise<void>
  readMemory(channel: Channel): Promise<RelayMemory | undefined>
  writeMemory(channel: Channel, memory: RelayMemory): Promise<void>
  readStatus(): Promise<RelayStatus | undefined>
  writeStatus(status: RelayStatus): Promise<void>
  /**
   * How the repository of a channel calls its room: `relay.channel` of the configuration, or what the repository proposes and
   * the user has not accepted, and its origin URL.
   */
  naming(channel: Channel): Promise<{
    configured?: string | undefined
    proposed?: string | undefined
    originUrl?: string | undefined
  }>
  /** The user agrees that this channel's repository names its room so; another name is asked for again. */
  accept(channel: Channel, key: string): Promise<void>
}
