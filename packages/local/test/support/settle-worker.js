// Waits for a file, then writes first: prints the room that the repository ended up in.
import { existsSync } from 'node:fs'
import { ensureChannel } from '../../dist/discovery/ensure-channel.js'
import { resolveChannelSync } from '../../dist/discovery/resolve-channel.js'

const [repo, go] = process.argv.slice(2)
const channel = resolveChannelSync(repo, process.env)
while (!existsSync(go)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
process.stdout.write(ensureChannel(channel).app)
