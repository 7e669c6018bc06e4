export { type ConfigurationOptions, createConfiguration } from './configuration/create-configuration.js'
export { type ChannelDiscoveryOptions, createChannelDiscovery } from './discovery/channel-discovery.js'
export { ensureChannel, ensureOpenChannel } from './discovery/ensure-channel.js'
export { resolveChannelSync } from './discovery/resolve-channel.js'
export { createIdentity } from './identity/create-identity.js'
export type { IdentityOptions } from './identity/identity-options.js'
export { type OpenRoom, type OpenRoomOptions, openRoom } from './open-room.js'
export { createRepository, type RepositoryOptions } from './repository/create-repository.js'
export {
  createFileTransport,
  createTransports,
  type EnsureChannel,
  type FileTransportOptions,
} from './transport/create-file-transport.js'
