import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, connect as dial } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe } from 'vitest'

/** The real server; a machine without it skips these tests and says so. A CI run fails, unless it says that it lacks it. */
const PROGRAM = process.env.NATS_SERVER ?? 'nats-server'
const found = spawnSync(PROGRAM, ['--version']).status === 0
const mustBeThere = process.env.CI !== undefined && !(process.env.RALLY_LACKS ?? '').split(' ').includes('nats-server')

export function describeWithServer(name: string, body: () => void): void {
  if (found || mustBeThere) describe(name, body)
  else {
    console.warn(`SKIPPED: ${name}: no nats-server on this machine (Debian: apt-get install nats-server)`)
    describe.skip(name, body)
  }
}

export interface TestServer {
  readonly port: number
  readonly url: string
  /** Folder of this server, for certificates and the like. */
  readonly dir: string
  /** SIGKILL, as a crash. */
  kill(): Promise<void>
  /** Starts it again with the same data and port. */
  start(): Promise<void>
  /** Freezes it: connections stay open, nobody answers. */
  pause(): void
  resume(): void
  /** Ends it and removes its data. */
  stop(): Promise<void>
}

export interface ServerOptions {
  readonly jetstream?: boolean
  /** More lines of configuration. `{dir}` is the server's folder. */
  readonly config?: string
  /** Words that run it in another network, where it listens on every address; without them it listens on loopback. */
  readonly enter?: readonly string[]
}

/** Milliseconds after which a start counts as one that never comes. */
const NEVER_MS = 60_000

/** A server with its data in a scratch folder. */
export async function startServer({
  jetstream = true,
  config = '',
  enter = [],
}: ServerOptions = {}): Promise<TestServer> {
  const dir = mkdtempSync(path.join(tmpdir(), 'rally-nats-'))
  let port = await freePort()
  const file = path.join(dir, 'server.conf')
  const lines = () => [
    `listen: "${enter.length === 0 ? '127.0.0.1' : '0.0.0.0'}:${port}"`,
    jetstream ? `jetstream { store_dir: "${dir}/data", max_file_store: 2GB, max_memory_store: 64MB }` : '',
    config.replaceAll('{dir}', dir),
  ]
  let child: ChildProcess | undefined
  const start = async () => {
    writeFileSync(file, lines().join('\n'))
    const [program = PROGRAM, ...args] = [...enter, PROGRAM, '-c', file]
    const started = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    child = started
    let log = ''
    started.stderr?.on('data', (chunk: Buffer) => {
      log = (log + chunk).slice(-20_000)
    })
    started.once('exit', (code, signal) => {
      if (child === started) console.error(`nats-server ended by itself (${code ?? signal}):\n${log}`)
    })
    const end = Date.now() + NEVER_MS
    while (!log.includes('Server is ready')) {
      if (started.exitCode !== null || Date.now() > end) {
        child = undefined
        started.kill('SIGKILL')
        throw new Error(`nats-server did not start:\n${log}`)
      }
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    if (enter.length === 0) await answers(port)
  }
  const end = async (signal: NodeJS.Signals) => {
    const ending = child
    child = undefined
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return
    const gone = new Promise((resolve) => ending.once('exit', resolve))
    ending.kill('SIGCONT')
    ending.kill(signal)
    await gone
  }
  // Between the question for a free port and the start somebody else may have taken it.
  for (let tries = 1; ; tries++) {
    try {
      await start()
      break
    } catch (error) {
      if (tries === 5 || !String(error).includes('address already in use')) throw error
      port = await freePort()
    }
  }
  return {
    port,
    url: `nats://127.0.0.1:${port}`,
    dir,
    start,
    kill: () => end('SIGKILL'),
    pause: () => child?.kill('SIGSTOP'),
    resume: () => child?.kill('SIGCONT'),
    async stop() {
      await end('SIGKILL')
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}

function answers(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = dial(port, '127.0.0.1')
    socket.once('data', () => {
      socket.destroy()
      resolve()
    })
    socket.once('error', reject)
  })
}
