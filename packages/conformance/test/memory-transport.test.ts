import { createMemoryTransports } from '@rally/core/testing/memory-transport'
import { describe, it } from 'vitest'
import { transportContract } from '../src/transport-contract.js'
import { testChannel, testIds } from './test-channel.js'

const supports = { persistent: false, shared: false, foreignWriters: false, presenceTtl: false, refusesReplays: false }

transportContract(
  { describe, it },
  {
    name: 'memory',
    supports,
    async open(name) {
      const transports = createMemoryTransports(testIds())
      const channel = testChannel(`/memory/${name}`)
      const transport = await transports.open(channel)
      return { transport, reopen: () => transports.open(channel), cleanup: () => transport.close() }
    },
  },
)
