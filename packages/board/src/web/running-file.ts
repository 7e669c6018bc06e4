import { createHash, randomBytes } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { int, obj, text } from '@rally/core/readers'
import { makeFolder } from '@rally/files/make-folder'
import { replaceFile } from '@rally/files/replace-file'

/** How the server of a room is found by the next `rally web`: its port, and the word that it answers to. */
export interface Running {
  readonly port: number
  readonly key: string
}

const ANSWER_MS = 3000

/** The private note of a room's server. */
export class RunningFile {
  readonly #folder: string
  readonly #path: string

  /** @param room the room's folder */
  constructor(stateFolder: string, room: string) {
    this.#folder = join(stateFolder, 'web')
    this.#path = join(this.#folder, `${createHash('sha256').update(room).digest('hex').slice(0, 16)}.json`)
  }

  write(running: Running): void {
    makeFolder(this.#folder, { mode: 0o700 })
    replaceFile(this.#path, `${JSON.stringify(running)}\n`, randomBytes(8).toString('hex'))
  }

  /** Only a file of the user's own, and of nobody else's to read. */
  read(): Running | undefined {
    let fd: number
    try {
      fd = openSync(this.#path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW)
    } catch {
      return undefined
    }
    try {
      const { mode, uid } = fstatSync(fd)
      if ((mode & 0o077) !== 0 || uid !== process.getuid?.()) return undefined
      const { port, key } = obj(JSON.parse(readFileSync(fd, 'utf8')))
      const [known, word] = [int(port), text(key)]
      return known === undefined || word === undefined ? undefined : { port: known, key: word }
    } catch {
      return undefined
    } finally {
      closeSync(fd)
    }
  }

  /** Taken away by whoever wrote it alone. */
  remove({ key }: Running): void {
    if (this.read()?.key === key) rmSync(this.#path, { force: true })
  }
}

/** A fresh address from the server that a note names; undefined when it does not answer to it: it has ended. */
export function askRunning({ port, key }: Running): Promise<string | undefined> {
  const host = `127.0.0.1:${port}`
  return new Promise((resolve) => {
    const headers = { host, origin: `http://${host}`, 'x-rally-key': key }
    const asked = request({ host: '127.0.0.1', port, path: '/again', method: 'POST', headers, timeout: ANSWER_MS })
    asked.on('error', () => resolve(undefined))
    asked.on('timeout', () => asked.destroy())
    asked.on('response', (response) => {
      let said = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        if (said.length < 1000) said += chunk
      })
      response.on('error', () => resolve(undefined))
      response.on('end', () => {
        const own = said.startsWith(`http://${host}/open/`)
        resolve(response.statusCode === 200 && own ? said : undefined)
      })
    })
    asked.end()
  })
}
