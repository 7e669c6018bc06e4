// How the drawn mutants are tried; `scripts/mutate-drawn.mjs` starts it, with the ranges of the mutants in RALLY_MUTATION_RUN.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import base from './stryker.config.mjs'

const { ranges } = JSON.parse(readFileSync(process.env.RALLY_MUTATION_RUN, 'utf8'))
const { incrementalFile: _none, jsonReporter: _json, htmlReporter: _html, ...rest } = base

export default {
  ...rest,
  // Ranges, not files: code without switches for thousands of other mutants runs as fast as it is.
  mutate: ranges,
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
  // Every test runs once first; on a busy machine that takes its time.
  dryRunTimeoutMinutes: 60,
}
