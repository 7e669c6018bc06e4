import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type IncomingHttpHeaders, request } from 'node:http'
import { createInterface } from 'node:readline'
import { RALLY, type World } from '../../../../test/support/world.js'

export interface Got {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export interface Asking {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface WebOptions {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** A `rally web` that runs. */
export class Web {
  readonly child: ChildProcess
  readonly address: string
  readonly port: number

  private constructor(child: ChildProcess, address: string) {
    this.child = child
    this.address = address
    this.port = Number(new URL(address).port)
  }

  static async start(world: World, { args = [], env = {} }: WebOptions = {}): Promise<Web> {
    const child = spawn(process.execPath, [RALLY, 'web', ...args], {
      cwd: world.repo,
      env: { ...world.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    if (child.stdout === null) throw new Error('no output')
    for await (const line of createInterface({ input: child.stdout })) return new Web(child, line)
    throw new Error('rally web ended')
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** A plain request, with exactly these headers. */
  ask(path: string, { method = 'GET', headers = {}, body }: Asking = {}): Promise<Got> {
    return new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port: this.port, path, method, headers, agent: false }, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          text += chunk
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
      })
      asked.on('error', reject)
      asked.end(body)
    })
  }

  /** The cookie and the folder of the page for an address that is good. */
  async enter(address = this.address): Promise<{ cookie: string; folder: string }> {
    const { status, headers } = await this.ask(new URL(address).pathname)
    const [set = ''] = headers['set-cookie'] ?? []
    if (status !== 200) throw new Error(`the address was answered with ${status}`)
    return { cookie: set.split(';')[0] ?? '', folder: /Path=([^;]+)/.exec(set)?.[1] ?? '' }
  }

  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
    if (this.child.exitCode === null) {
      this.child.kill(signal)
      await once(this.child, 'exit')
    }
    return this.child.exitCode
  }
}
