import type { Transport, TransportSupports } from '@rally/core/ports/transport'
import type { TestRunner } from '../test-runner.js'

/** One channel of the adapter under test. */
export interface OpenedChannel {
  readonly transport: Transport
  /** Another transport on the same channel, as another process would open it. */
  reopen(): Promise<Transport>
  /** Closes what was opened and removes the channel. */
  cleanup(): Promise<void>
  /**
   * Leaves behind what a writer leaves that dies in the middle: a torn record in the log, a torn message in the box
   * `codex`. Needed when the adapter declares `foreignWriters`.
   */
  tear?(): Promise<void>
  /** Starts another process that appends records to the log until `stop`, which answers how many. Needed for `shared`. */
  otherProcess?(): Promise<{ stop(): Promise<number> }>
  /** After so many milliseconds presence that nobody renews is gone. Needed for `presenceTtl`. */
  readonly presenceTtlMs?: number
}

/** The transport under test, and how to open rooms of it. */
export interface TransportSubject {
  /** Appears in the names of the tests. */
  readonly name: string
  /** What the adapter declares; the suite compares it with the transport's own word and checks each promise. */
  readonly supports: TransportSupports
  /** A channel that nothing has written to yet. */
  open(channelName: string): Promise<OpenedChannel>
}

/** Opens a fresh channel, runs the body and cleans up whatever happens. */
export type WithChannel = (body: (opened: OpenedChannel) => Promise<void>) => () => Promise<void>

export interface ContractPart {
  readonly runner: TestRunner
  readonly subject: TransportSubject
  readonly withChannel: WithChannel
}
