import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { isLibrary } from './bundle-libraries.mjs'
import { allPackages, packages } from './workspace.mjs'

const NAME = '@rally/files'

/**
 * A published package whose modules stay modules cannot ask npm for a private one: what it uses of `files` is copied to
 * `dist/files`, and its imports say so.
 */
export function inlineFiles() {
  const users = allPackages().filter(
    ({ pkg }) => !pkg.private && !isLibrary(pkg) && pkg.devDependencies?.[NAME] && pkg.bin?.rally === undefined,
  )
  for (const { folder } of users) {
    const dist = join(folder, 'dist')
    let changed = 0
    for (const file of modulesOf(dist)) {
      const source = readFileSync(file, 'utf8')
      const inlined = source.replaceAll(/(['"])@rally\/files\/([\w-]+)\1/g, (_, quote, name) => {
        const path = relative(dirname(file), join(dist, 'files', `${name}.js`))
        return `${quote}${path.startsWith('.') ? path : `./${path}`}${quote}`
      })
      if (inlined !== source) writeFileSync(file, inlined)
      if (/(['"])[./]+files\/[\w-]+\.js\1/.test(inlined)) changed++
    }
    if (changed === 0) throw new Error(`${folder}: it declares ${NAME}, but no module uses it`)
    mkdirSync(join(dist, 'files'), { recursive: true })
    for (const file of modulesOf(join(packages, 'files/dist')))
      cpSync(file, join(dist, 'files', relative(join(packages, 'files/dist'), file)))
  }
}

function modulesOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(({ name }) => name.endsWith('.js') || name.endsWith('.d.ts'))
    .map(({ parentPath, name }) => join(parentPath, name))
}
