import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/support/longest-first.js'

/** Packages of this repository see each other's inner modules; the rest are vite's own for Node. */
const conditions = ['rally-internal', 'module', 'node', 'development|production']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    // Only what never ends is ended: a busy machine with one core needs several times what an idle one does.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    setupFiles: ['test/support/fixed-seed.ts'],
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
})
