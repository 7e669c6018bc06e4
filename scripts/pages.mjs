// Runs the commands of README, tutorial and how-to pages, and writes what they print into the pages.
//   node scripts/pages.mjs [--check | --list [--left]] [--program FOLDER] [PAGE…]
//     --check   writes nothing, and fails where a page differs
//     --program an installed package `@rally/cli`, to be run instead of this checkout's
//     --list    the pages, with --left the blocks that are not run, each with its reason
// What is run and how it is written: scripts/pages/read-page.mjs.
import { existsSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readPage } from './pages/read-page.mjs'
import { runPage } from './pages/run-page.mjs'
import { makeReady, root } from './ready.mjs'

const FOLDERS = ['docs/tutorial', 'docs/how-to']
const words = process.argv.slice(2)
const programAt = words.indexOf('--program')
const program = programAt < 0 ? undefined : realpathSync(words.splice(programAt, 2)[1])
const given = words.filter((word) => !word.startsWith('--'))
const check = words.includes('--check')
const read = (page) => readFileSync(resolve(root, page), 'utf8')

function pages() {
  const below = FOLDERS.filter((folder) => existsSync(join(root, folder))).flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  )
  return ['README.md', 'docs/faq.md', ...below]
}

function list() {
  for (const page of pages()) {
    if (!words.includes('--left')) process.stdout.write(`${page}\n`)
    else
      for (const { line, reason } of readPage(read(page)).left)
        process.stdout.write(`${page}, line ${line}: ${reason}\n`)
  }
}

/** How many pages are wrong. */
async function runAll() {
  let wrong = 0
  for (const page of given.length > 0 ? given : pages()) {
    const before = read(page)
    const result = await runPage(before, { empty: page.startsWith('docs/tutorial'), program })
    const faults = check ? [...result.problems, ...result.differences] : result.problems
    for (const fault of faults) process.stderr.write(`${page}, ${fault}\n\n`)
    if (faults.length > 0) wrong += 1
    process.stdout.write(`${page}: ${result.steps} commands run, ${result.left.length} blocks not run\n`)
    if (!check && result.text !== before) writeFileSync(resolve(root, page), result.text)
  }
  return wrong
}

if (words.includes('--list')) list()
else {
  if (!check) makeReady()
  process.exitCode = (await runAll()) > 0 ? 1 : 0
}
