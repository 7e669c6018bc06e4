// Stryker's part of `scripts/mutate-drawn.mjs`: a checker that passes the drawn mutants only, and a reporter that writes down
// each result as it comes. What they share with the script is named by RALLY_MUTATION_RUN, a JSON file.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { nameMutants } from './drawn-mutants.mjs'

const run = JSON.parse(readFileSync(process.env.RALLY_MUTATION_RUN, 'utf8'))
const texts = new Map()
const read = (name) => {
  if (!texts.has(name)) texts.set(name, readFileSync(`${run.root}/${name}`, 'utf8'))
  return texts.get(name)
}
const here = (name) => (name.startsWith('/') ? relative(run.root, name) : name)
const named = (mutants) =>
  nameMutants(
    mutants.map((one) => ({ ...one, fileName: here(one.fileName) })),
    read,
  )

function createChecker() {
  const wanted = new Set(run.wanted)
  let keys
  return {
    async init() {},
    async group(mutants) {
      return [mutants.map(({ id }) => id)]
    },
    async check(mutants) {
      // Written when the plan was made, which is after this process began.
      keys ??= new Map(Object.entries(JSON.parse(readFileSync(run.keys, 'utf8'))))
      const answer = ({ id }) =>
        wanted.has(keys.get(id)) ? { status: 'passed' } : { status: 'compileError', reason: 'not drawn' }
      return Object.fromEntries(mutants.map((mutant) => [mutant.id, answer(mutant)]))
    },
  }
}

function createReporter() {
  let keys = new Map()
  return {
    onMutationTestingPlanReady({ mutantPlans }) {
      const all = named(mutantPlans.map(({ mutant }) => mutant))
      keys = new Map(all.map(({ mutant, key }) => [mutant.id, key]))
      const ignored = new Set(mutantPlans.filter(({ mutant }) => mutant.status === 'Ignored').map((p) => p.mutant.id))
      const rows = all.map(({ mutant, original, key }) => ({
        key,
        file: mutant.fileName,
        line: mutant.location.start.line + 1,
        mutator: mutant.mutatorName,
        original: original.slice(0, 200),
        replacement: mutant.replacement.slice(0, 200),
        ignored: ignored.has(mutant.id),
      }))
      writeFileSync(run.candidates, JSON.stringify(rows))
      writeFileSync(run.keys, JSON.stringify(Object.fromEntries(keys)))
    },
    onMutantTested({ id, status, killedBy, statusReason }) {
      if (status === 'CompileError' || status === 'Ignored') return
      appendFileSync(run.results, `${JSON.stringify({ key: keys.get(id), status, killedBy, statusReason })}\n`)
    },
  }
}

export const strykerPlugins = [
  { kind: 'Checker', name: 'drawn', factory: createChecker },
  { kind: 'Reporter', name: 'drawn', factory: createReporter },
]
