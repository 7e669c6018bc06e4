/**
 * The token of each port. `Symbol.for`, so that a plugin with its own copy of this package names the same thing.
 */
export const TOKENS = {
  clock: Symbol.for('rally:port/clock'),
  ids: Symbol.for('rally:port/ids'),
  identity: Symbol.for('rally:port/identity'),
  runIdentity: Symbol.for('rally:port/run-identity'),
  channelDiscovery: Symbol.for('rally:port/channel-discovery'),
  transports: Symbol.for('rally:port/transports'),
  repository: Symbol.for('rally:port/repository'),
  coordination: Symbol.for('rally:port/coordination'),
  hosts: Symbol.for('rally:port/hosts'),
  hookInspection: Symbol.for('rally:port/hook-inspection'),
  configuration: Symbol.for('rally:port/configuration'),
  producer: Symbol.for('rally:port/producer'),
} as const
