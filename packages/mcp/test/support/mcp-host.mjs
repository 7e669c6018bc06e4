// A program in the place of a host: it starts the server as its child, whose input and output are its own, and runs commands
// (hooks) that come through a socket: mcp-host.mjs SOCKET PROGRAM ARG…
import { spawn, spawnSync } from 'node:child_process'
import { createServer } from 'node:net'

const [socket, program, ...args] = process.argv.slice(2)
const server = createServer({ allowHalfOpen: true }, (connection) => {
  let text = ''
  connection.on('data', (chunk) => {
    text += chunk
  })
  connection.on('end', () => {
    const { words, input, cwd } = JSON.parse(text)
    const { status, stdout, stderr } = spawnSync(words[0], words.slice(1), { input, cwd, encoding: 'utf8' })
    connection.end(JSON.stringify({ status, stdout, stderr }))
  })
})
server.listen(socket, () => {
  const child = spawn(program, args, { stdio: 'inherit' })
  child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 99)))
})
