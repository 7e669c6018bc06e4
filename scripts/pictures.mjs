// Makes the pictures of README and docs from a room that real processes play: node scripts/pictures.mjs [--check]
// With --check they are made and looked at, and nothing is written: they show times, so no two are the same.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { playRoom } from './pictures/room.mjs'
import { photographTop } from './pictures/terminal.mjs'
import { makeReady, root } from './ready.mjs'

makeReady()
const check = process.argv.includes('--check')
const room = playRoom()
try {
  const pictures = { 'docs/pictures/top.svg': await photographTop(room) }
  for (const [name, svg] of Object.entries(pictures)) {
    const missing = ['warn', 'claude-1', 'timeline', 'q quit'].filter(
      (word) => !svg.replaceAll('\u00a0', ' ').includes(word),
    )
    if (missing.length > 0) throw new Error(`${name} does not show ${missing.join(', ')}`)
    if (check) continue
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), svg)
  }
} finally {
  room.close()
}
