// Properties are explored from one seed, so that a run that fails fails again. RALLY_FC_SEED=N takes another one,
// RALLY_FC_SEED=random looks further; what fails there prints its own seed.
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'

const FIXED = 20_260_101
const asked = process.env.RALLY_FC_SEED
const { testPath = '' } = expect.getState()

// Loading the library for every suite would cost more than most of them.
if (asked !== 'random' && readFileSync(testPath, 'utf8').includes("'fast-check'")) {
  const { default: fc } = await import('fast-check')
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(asked || FIXED) })
}
