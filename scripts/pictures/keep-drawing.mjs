// Writes a drawing of the docs, or says with `--check` whether it is up to date.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '../ready.mjs'

/** `docs/pictures/NAME.svg`; `script` makes it. Fails the process where it is out of date. */
export function keepDrawing(name, picture, script) {
  const file = `docs/pictures/${name}.svg`
  const path = join(root, file)
  if (!process.argv.includes('--check')) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, picture)
  } else if (!existsSync(path) || readFileSync(path, 'utf8') !== picture) {
    process.stderr.write(`${file} is out of date: node ${script}\n`)
    process.exitCode = 1
  }
}
