import fs from 'node:fs'
import { join } from 'node:path'
import type { World } from '../../../../test/support/world.js'

/** A signal takes the server from its port and cuts whoever is connected; the next one brings it back. */
const PRELOAD = `const http = require('node:http')
const { createServer } = http
http.createServer = (...given) => {
  const server = createServer(...given)
  const open = new Set()
  let port
  server.on('connection', (one) => void open.add(one.on('close', () => open.delete(one))))
  process.on('SIGUSR2', () => {
    if (!server.listening) return server.listen({ host: '127.0.0.1', port })
    port = server.address().port
    server.close()
    for (const one of open) one.destroy()
  })
  return server
}
`

/** How a `rally web` is started (`NODE_OPTIONS`) so that SIGUSR2 takes it from the network and brings it back. */
export function cuttable({ root }: World): string {
  const preload = join(root, 'cut.cjs')
  fs.writeFileSync(preload, PRELOAD)
  return `--require=${preload}`
}
