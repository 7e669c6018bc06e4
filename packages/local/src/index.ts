export {
  createFileTransport,
  createTransports,
  type EnsureChannel,
  type FileTransportOptions,
} from './transport/create-file-transport.js'
