import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '@rally/files/make-folder'
import { replaceFile } from '@rally/files/replace-file'

/** A browser that starts has read it by then; the address in it is worthless before. */
const KEEP_MS = 60_000

/**
 * Opens an address in the person's browser, by a private file that leads there: a list of processes shows the file's name, not
 * the address. Answers whether a program could be started.
 */
export async function openBrowser(address: string, stateFolder: string): Promise<boolean> {
  const folder = join(stateFolder, 'web')
  const file = join(folder, `open-${randomBytes(8).toString('hex')}.html`)
  makeFolder(folder, { mode: 0o700 })
  const page = `<!doctype html><html lang="en"><title>Rally</title><meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0;url=${address}">`
  replaceFile(file, page, 'new')
  const remove = () => rmSync(file, { force: true })
  setTimeout(remove, KEEP_MS).unref()
  process.once('exit', remove)
  const program = process.platform === 'darwin' ? 'open' : 'xdg-open'
  return new Promise((resolve) => {
    const child = spawn(program, [file], { stdio: 'ignore', detached: true })
    child.once('error', () => {
      remove()
      resolve(false)
    })
    child.once('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
}
