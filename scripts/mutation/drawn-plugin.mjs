// Stryker's part of `scripts/mutate-drawn.mjs`: a checker that passes the drawn mutants only (a range holds others, too), and a
// reporter that writes down each result as it comes. What they share with the script is a JSON file, named by RALLY_MUTATION_RUN.
import { appendFileSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { placeOf } from './list-mutants.mjs'

const run = JSON.parse(readFileSync(process.env.RALLY_MUTATION_RUN, 'utf8'))

/** The name of a drawn mutant; undefined for any other. */
function keyOf(mutant) {
  const { fileName } = mutant
  return run.places[
    placeOf({ ...mutant, fileName: fileName.startsWith('/') ? relative(run.root, fileName) : fileName })
  ]
}

function createChecker() {
  return {
    async init() {},
    async group(mutants) {
      return [mutants.map(({ id }) => id)]
    },
    async check(mutants) {
      const answer = (mutant) =>
        keyOf(mutant) === undefined ? { status: 'compileError', reason: 'not drawn' } : { status: 'passed' }
      return Object.fromEntries(mutants.map((mutant) => [mutant.id, answer(mutant)]))
    },
  }
}

function createReporter() {
  const keys = new Map()
  return {
    onMutationTestingPlanReady({ mutantPlans }) {
      for (const { mutant } of mutantPlans) keys.set(mutant.id, keyOf(mutant))
    },
    onMutantTested({ id, status }) {
      const key = keys.get(id)
      if (key === undefined || status === 'CompileError') return
      appendFileSync(run.results, `${JSON.stringify({ key, status: status === 'Ignored' ? 'Static' : status })}\n`)
    },
  }
}

export const strykerPlugins = [
  { kind: 'Checker', name: 'drawn', factory: createChecker },
  { kind: 'Reporter', name: 'drawn', factory: createReporter },
]
