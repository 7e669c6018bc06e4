// Which browser the system has, for tests, pictures and benches that need one.
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where Chromium is; undefined where there is none. */
export function findBrowser() {
  return ['chromium', 'chromium-browser', 'google-chrome']
    .flatMap((name) => (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)))
    .find((path) => existsSync(path))
}
