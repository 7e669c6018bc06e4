export { type ChannelDiscoveryOptions, createChannelDiscovery } from './discovery/channel-discovery.js'
export { type OpenRoom, type OpenRoomOptions, openRoom } from './open-room.js'
export {
  createFileTransport,
  createTransports,
  type EnsureChannel,
  type FileTransportOptions,
} from './transport/create-file-transport.js'
