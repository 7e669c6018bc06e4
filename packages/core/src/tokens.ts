/** What plugins may register (`plugin-api/contributions`): typed one by one. */
export const RUN_IDENTITY: unique symbol = Symbol.for('rally:port/run-identity')
export const COORDINATION: unique symbol = Symbol.for('rally:port/coordination')
export const TRANSPORT: unique symbol = Symbol.for('rally:port/transport')
export const CONTRIBUTION_TOKENS = {
  runIdentity: RUN_IDENTITY,
  coordination: COORDINATION,
  transport: TRANSPORT,
} as const

/**
 * The token of each port. `Symbol.for`, so that a plugin with its own copy of this package names the same thing.
 */
export const TOKENS = {
  ...CONTRIBUTION_TOKENS,
  clock: Symbol.for('rally:port/clock'),
  ids: Symbol.for('rally:port/ids'),
  machine: Symbol.for('rally:port/machine'),
  identity: Symbol.for('rally:port/identity'),
  channelDiscovery: Symbol.for('rally:port/channel-discovery'),
  /** Rooms as a command sees them, and as they are on this machine alone. */
  transports: Symbol.for('rally:port/transports'),
  localTransports: Symbol.for('rally:port/local-transports'),
  repository: Symbol.for('rally:port/repository'),
  hosts: Symbol.for('rally:port/hosts'),
  hookInspection: Symbol.for('rally:port/hook-inspection'),
  configuration: Symbol.for('rally:port/configuration'),
  producer: Symbol.for('rally:port/producer'),
  /** Makes the doorbell of a room from its folder. */
  doorbells: Symbol.for('rally:port/doorbells'),
} as const
