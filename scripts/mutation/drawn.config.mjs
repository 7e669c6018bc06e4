// How the drawn mutants are tried; `scripts/mutate-drawn.mjs` starts it.
import { join } from 'node:path'
import base, { EXCLUDED } from './stryker.config.mjs'

const run = JSON.parse(process.env.RALLY_MUTATION_FILES ?? 'null')

export const SOURCES = [
  'packages/core/src/**/*.ts',
  'packages/relay/src/**/*.ts',
  'packages/boundary/src/**/*.ts',
  ...EXCLUDED,
  '!packages/*/src/**/*.test.ts',
  // Commands and what starts git: only real processes reach them.
  '!packages/boundary/src/{commands,command-line,outputs}/**',
  '!packages/boundary/src/git-source-tree.ts',
]

const { incrementalFile: _none, jsonReporter: _json, htmlReporter: _html, ...rest } = base

export default {
  ...rest,
  mutate: run ?? SOURCES,
  plugins: ['@stryker-mutator/vitest-runner', join(import.meta.dirname, 'drawn-plugin.mjs')],
  checkers: ['drawn'],
  reporters: ['drawn'],
  ignorePatterns: [
    ...rest.ignorePatterns.filter((one) => one !== 'dist'),
    '!packages/relay/**',
    '!packages/boundary/**',
    'dist',
  ],
  tempDirName: '.stryker-tmp/drawn',
  concurrency: 1,
  // Every test runs once over code with all switches in it; on a busy machine that takes its time.
  dryRunTimeoutMinutes: 30,
}
