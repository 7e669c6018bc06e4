import { existsSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'

/** The commands of a folder, none where there is no such folder, as `{id, file}`, sorted by file. The id follows the path: `inbox/read.js` is `inbox:read`. */
export function findCommands(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.js') && !entry.name.includes('.test.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => ({ id: idOf(relative(folder, file)), file }))
}

function idOf(path) {
  return path
    .replace(/\.js$/, '')
    .replace(/\/index$/, '')
    .split('/')
    .join(':')
}
