// How core is mutated; `scripts/mutate.mjs` starts it. Stryker's newest major needs Node 22, so this is written for major 9.
import { join } from 'node:path'

const cache = 'node_modules/.cache/mutation'

export const EXCLUDED = [
  '!packages/core/src/**/*.test.ts',
  // Builders of test rooms: code that only tests run. The transport in memory stays in, it is one that others rely on.
  '!packages/core/src/testing/session-room.ts',
  '!packages/core/src/testing/test-room.ts',
  // Nothing but zod schemas, evaluated when they are loaded; the model's own schemas fall under `ignoreStatic`.
  '!packages/core/src/model/outputs/**',
]

export default {
  testRunner: 'vitest',
  // Not `related`: the map of which test runs which mutant is exact already, and asking for both costs time per mutant.
  vitest: { configFile: 'scripts/mutation/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  mutate: ['packages/core/src/**/*.ts', ...EXCLUDED],
  // A mutant in a constant that is computed at loading needs a fresh process and every test there is.
  ignoreStatic: true,
  // The sandbox holds what core's tests read, and nothing else.
  ignorePatterns: [
    '**',
    '!tsconfig.base.json',
    '!packages/*/tsconfig.json',
    '!package.json',
    '!scripts/mutation/**',
    '!packages/core/**',
    '!packages/conformance/**',
    '!test/golden/**',
    '!packages/host-*/fixtures/**',
    'dist',
  ],
  // Named, but not there: Stryker would rewrite it with TypeScript's compiler API, which TypeScript 7 has not got.
  tsconfigFile: 'tsconfig.none.json',
  // Not below node_modules, where vitest takes every file for somebody else's.
  tempDirName: '.stryker-tmp',
  incrementalFile: join(cache, 'results.json'),
  jsonReporter: { fileName: join(cache, 'report.json') },
  htmlReporter: { fileName: join(cache, 'report.html') },
  reporters: ['json', 'html'],
  timeoutMS: 8_000,
  timeoutFactor: 2,
  allowConsoleColors: false,
}
