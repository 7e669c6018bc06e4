import fs from 'node:fs'
import { join } from 'node:path'
import type { World } from '../../../../test/support/world.js'

const PRELOAD = `const fs = require('node:fs')
const isSick = (path) => fs.existsSync(process.env.TEST_SICK) && String(path).startsWith(process.env.AGENT_RALLY_APPS_ROOT)
for (const part of [fs, fs.promises])
  for (const name of ['openSync', 'readdirSync', 'readFileSync', 'open', 'readdir', 'readFile']) {
    const own = part[name]
    if (typeof own !== 'function') continue
    part[name] = (path, ...more) => {
      if (isSick(path)) throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' })
      return own(path, ...more)
    }
  }
`

/** A disk of rooms that can be read, or not, by programs that are started with its environment. */
export class SickDisk {
  readonly env: Readonly<Record<string, string>>
  readonly #file: string

  /** @param more Node's other options */
  constructor({ root }: World, ...more: readonly string[]) {
    this.#file = join(root, 'sick')
    const preload = join(root, 'sick.cjs')
    fs.writeFileSync(preload, PRELOAD)
    this.env = { TEST_SICK: this.#file, NODE_OPTIONS: [`--require=${preload}`, ...more].join(' ') }
  }

  fail(): void {
    fs.writeFileSync(this.#file, '')
  }

  heal(): void {
    fs.rmSync(this.#file)
  }
}
