// What the checks of the sources look at: product code of every package, without tests and what only tests use.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './ready.mjs'

const SOURCE = /\.(ts|mjs|cjs|js)$/
const TEST = /\.test\.ts$|\.d\.ts$|^testing\/|\/testing\//

/** `{package, path, text}` of `packages/*` `/{src,bin}`; `path` begins at the repository. */
export function productFiles() {
  return readdirSync(join(root, 'packages'))
    .flatMap((name) => ['src', 'bin'].map((part) => ({ name, folder: `packages/${name}/${part}` })))
    .filter(({ folder }) => existsSync(join(root, folder)))
    .flatMap(({ name, folder }) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => SOURCE.test(file) && !TEST.test(file))
        .map((file) => ({
          package: name,
          path: `${folder}/${file}`,
          text: readFileSync(join(root, folder, file), 'utf8'),
        })),
    )
}
