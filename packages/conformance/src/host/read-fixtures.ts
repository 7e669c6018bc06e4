import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isObject } from '@rally/core/readers'
import type { HostFixture } from './fixtures.js'

/**
 * The payloads `fixtures/NAME.json` of a plugin's folder, with the moment that each has to become (null: none). `eventOf` says the
 * event of a name where that is not the name itself.
 */
export function readFixtures(
  folder: string,
  moments: Readonly<Record<string, HostFixture['moment']>>,
  eventOf: (name: string) => string = (name) => name,
): readonly HostFixture[] {
  return Object.entries(moments).map(([name, moment]) => {
    const payload: unknown = JSON.parse(readFileSync(join(folder, 'fixtures', `${name}.json`), 'utf8'))
    if (!isObject(payload)) throw new Error(`fixtures/${name}.json holds no JSON object`)
    return { name, event: eventOf(name), payload, moment }
  })
}
