// Counts product code: packages/*/{src,bin} without tests and what only tests use, without blank lines and doc comments.
//   node scripts/count-lines.mjs [--json]
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './ready.mjs'

const SOURCE = /\.(ts|mjs|cjs|js)$/
const TEST = /\.test\.ts$|\.d\.ts$|^testing\/|\/testing\//

/** Lines that say something: neither blank nor part of a doc comment. */
function countLines(text) {
  const withoutDocs = text.replace(/^[ \t]*\/\*\*[\s\S]*?\*\/[ \t]*$/gm, '')
  return withoutDocs.split('\n').filter((line) => line.trim() !== '').length
}

function countFolder(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => SOURCE.test(name) && !TEST.test(name))
    .map((name) => ({ path: join(folder, name), text: readFileSync(join(folder, name), 'utf8') }))
    .map(({ path, text }) => ({ path, all: text.split('\n').length - 1, lines: countLines(text) }))
}

const packages = readdirSync(join(root, 'packages')).map((name) => {
  const files = ['src', 'bin'].flatMap((part) => countFolder(join(root, 'packages', name, part)))
  return { name, files: files.length, lines: files.reduce((sum, { lines }) => sum + lines, 0), list: files }
})
const total = packages.reduce((sum, { lines }) => sum + lines, 0)
const longest = packages.flatMap(({ list }) => list).sort((a, b) => b.all - a.all)[0]
if (process.argv.includes('--json')) {
  const counts = Object.fromEntries(packages.map(({ name, lines }) => [name, lines]))
  process.stdout.write(`${JSON.stringify({ total, longest: longest.all, packages: counts })}\n`)
} else {
  for (const { name, files, lines } of packages)
    process.stdout.write(`${String(lines).padStart(7)}  ${name} (${files} files)\n`)
  process.stdout.write(`${String(total).padStart(7)}  all\n`)
  process.stdout.write(`longest file: ${longest.path.slice(root.length + 1)}, ${longest.all} lines\n`)
}
