import fs from 'node:fs'
import { readNames } from '../files/read-names.js'

export const LIVE = 'changes.jsonl'
const ARCHIVE = /^changes\.jsonl\.(\d{4}-\d{2}-\d{2})(?:\.(\d+))?$/

/** The files that make up a channel's log, oldest first (protocol sections 2 and 3.2). */
export interface LogFiles {
  /** `native`: the files of the `log/` folder, which replace `changes.jsonl`; cursors then hold sequence numbers. */
  readonly layout: 'plain' | 'native'
  /** Rotated files, oldest first. Empty in the native layout. */
  readonly archives: readonly string[]
  /** The files that still grow, relative to the channel. They need not exist. */
  readonly live: readonly string[]
}

/** Looks which files there are; reads none of them. */
export function listLogFiles(root: string): LogFiles {
  const names = readNames(root)
  if (names.includes('log') && fs.lstatSync(`${root}/log`, { throwIfNoEntry: false })?.isDirectory()) {
    const rows = readNames(`${root}/log`).filter((name) => name.endsWith('.jsonl'))
    return { layout: 'native', archives: [], live: rows.sort().map((name) => `log/${name}`) }
  }
  const archives = names.flatMap((name) => {
    const match = ARCHIVE.exec(name)
    return match ? [{ name, date: match[1] as string, number: Number(match[2] ?? 1) }] : []
  })
  archives.sort((a, b) => (a.date === b.date ? a.number - b.number : a.date < b.date ? -1 : 1))
  return { layout: 'plain', archives: archives.map(({ name }) => name), live: [LIVE] }
}

/** Whether the log is a folder of native rows; one `lstat`. */
export function isNative(root: string): boolean {
  return fs.lstatSync(`${root}/log`, { throwIfNoEntry: false })?.isDirectory() ?? false
}
