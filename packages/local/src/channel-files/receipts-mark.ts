import { statIfThere } from '../system/facts.js'
import { readNames } from '../transport/files/read-names.js'
import { TELLINGS_FOLDER } from './tellings.js'

const ACKS = 'inbox/.acks'
const FILES = ['changes.jsonl', 'revision', 'hook/room/rings.jsonl'] as const

/** What can be seen of the files that say how far messages got, without opening one; it differs after every write. */
export function receiptsMark(root: string): string {
  const folders = [TELLINGS_FOLDER, ...readNames(`${root}/${ACKS}`).map((tool) => `${ACKS}/${tool}`)]
  const paths = [
    ...FILES,
    ...folders.flatMap((folder) => readNames(`${root}/${folder}`).map((name) => `${folder}/${name}`)),
  ]
  const marks = paths.map((path) => {
    const stats = statIfThere(`${root}/${path}`)
    return stats === undefined ? '' : `${path} ${stats.ino} ${stats.size} ${stats.mtimeMs}`
  })
  return [...marks, ...readNames(`${root}/sessions`)].join('\n')
}
