import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const root = join(import.meta.dirname, '../..')

/** Tests over many random inputs take seconds. What a quick one notices need not reach them: the first failure ends a run. */
const SLOW = /(relay-schedules|outputs|leases|fence|moments\/clip|room-projection|relay\/relay)\.test\.ts$/

class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    const slow = (file: TestSpecification) => Number(SLOW.test(file.moduleId))
    return files.toSorted((a, b) => slow(a) - slow(b) || (a.moduleId < b.moduleId ? -1 : 1))
  }
}

/** The packages' own tests, and the contract that core's transport in memory keeps, on the sources instead of the build. */
export default defineConfig({
  root,
  resolve: {
    alias: [{ find: /^@rally\/(core|relay|boundary)\/(.*)$/, replacement: join(root, 'packages/$1/src/$2.ts') }],
  },
  test: {
    include: [
      'packages/{core,relay,boundary}/src/**/*.test.ts',
      'packages/{core,relay,boundary}/test/**/*.test.ts',
      'packages/conformance/test/memory-transport.test.ts',
    ],
    // Counts the steps of code as it is, not of code with switches for mutants.
    exclude: ['**/steps.test.ts'],
    setupFiles: [join(import.meta.dirname, 'setup.ts')],
    testTimeout: 600_000,
    // Core keeps no state in its modules, so files may share them: a mutant then costs a fraction of the time.
    isolate: false,
    sequence: { sequencer: QuickFirst },
  },
})
