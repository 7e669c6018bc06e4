// Counts product code: packages/*/{src,bin} without tests and what only tests use, without blank lines and doc comments.
//   node scripts/count-lines.mjs [--json]
import { productFiles } from './product-code.mjs'

/** Lines that say something: neither blank nor part of a doc comment. */
function countLines(text) {
  const withoutDocs = text.replace(/^[ \t]*\/\*\*[\s\S]*?\*\/[ \t]*$/gm, '')
  return withoutDocs.split('\n').filter((line) => line.trim() !== '').length
}

const counted = productFiles().map(({ package: name, path, text }) => ({
  ...{ name, path },
  all: text.split('\n').length - 1,
  lines: countLines(text),
}))
const packages = [...new Set(counted.map(({ name }) => name))].map((name) => {
  const files = counted.filter((file) => file.name === name)
  return { name, files: files.length, lines: files.reduce((sum, { lines }) => sum + lines, 0) }
})
const total = packages.reduce((sum, { lines }) => sum + lines, 0)
const longest = counted.sort((a, b) => b.all - a.all)[0]
if (process.argv.includes('--json')) {
  const counts = Object.fromEntries(packages.map(({ name, lines }) => [name, lines]))
  process.stdout.write(`${JSON.stringify({ total, longest: longest.all, packages: counts })}\n`)
} else {
  for (const { name, files, lines } of packages)
    process.stdout.write(`${String(lines).padStart(7)}  ${name} (${files} files)\n`)
  process.stdout.write(`${String(total).padStart(7)}  all\n`)
  process.stdout.write(`longest file: ${longest.path}, ${longest.all} lines\n`)
}
