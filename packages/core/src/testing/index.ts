/** The entry for tests: a transport that lives in this process, and rooms and sessions on it. Loads the schemas. */

export { createMemoryTransports, type MemoryTransport, type MemoryTransports } from './memory-transport.js'
export * from './session-room.js'
export * from './test-room.js'
