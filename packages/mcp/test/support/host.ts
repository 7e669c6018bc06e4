import { mkdtempSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { socketFolder } from '../../../../scripts/socket-folder.mjs'
import { RALLY, RALLY_HOOK, type World } from '../../../../test/support/world.js'

const PROGRAM = join(import.meta.dirname, 'mcp-host.mjs')

export interface Answer {
  readonly text: string
  readonly isError: boolean
}

export interface HostOptions {
  /** Words behind `rally mcp`. */
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** A host with a server of rally's below it, and the protocol's own client on the other side of its pipes. */
export class Host {
  readonly #world: World
  readonly #socket: string
  readonly client: Client
  readonly transport: StdioClientTransport

  private constructor(world: World, { args = [], env = {}, cwd }: HostOptions) {
    this.#world = world
    this.#socket = join(mkdtempSync(join(socketFolder(), 'h-')), 's')
    this.client = new Client({ name: 'a test', version: '1' })
    this.transport = new StdioClientTransport({
      command: process.execPath,
      args: [PROGRAM, this.#socket, process.execPath, RALLY, 'mcp', ...args],
      env: { ...world.env, ...env },
      cwd: cwd ?? world.repo,
      stderr: 'pipe',
    })
  }

  static async start(world: World, options: HostOptions = {}): Promise<Host> {
    const host = new Host(world, options)
    await host.client.connect(host.transport)
    return host
  }

  async call(name: string, args: Record<string, unknown> = {}, meta?: Record<string, unknown>): Promise<Answer> {
    const params = { name, arguments: args, ...(meta === undefined ? {} : { _meta: meta }) }
    const { content, isError } = await this.client.callTool(params)
    const [first] = content as { type: string; text: string }[]
    return { text: first?.text ?? '', isError: isError === true }
  }

  /** An event of Codex (`several` conversations in one process) or Claude Code (`one`), as a hook that this host starts. */
  async hook(tool: 'codex' | 'claude_code' | 'gemini', id: string, event: string, more: object = {}): Promise<string> {
    const common = { session_id: id, transcript_path: 't', cwd: this.#world.repo, hook_event_name: event }
    const own = {
      codex: { model: 'm', ...(event === 'SessionStart' ? {} : { turn_id: '1' }) },
      claude_code: {},
      gemini: { timestamp: '2026-01-01T00:00:00Z' },
    }[tool]
    const input = JSON.stringify({ ...common, ...own, ...more })
    const env =
      tool === 'claude_code' ? [`CLAUDE_CODE_SESSION_ID=${id}`, `CLAUDE_PID=${this.transport.pid}`, 'CLAUDECODE=1'] : []
    const words = ['env', ...env, process.execPath, RALLY_HOOK, tool.replaceAll('_', '-'), event]
    const { status, stdout, stderr } = await this.#run({ words, input, cwd: this.#world.repo })
    if (status !== 0 || stderr !== '') throw new Error(stderr)
    return stdout
  }

  close(): Promise<void> {
    return this.client.close()
  }

  #run(request: object): Promise<{ status: number; stdout: string; stderr: string }> {
    return new Promise((resolve, reject) => {
      let text = ''
      const connection = connect({ path: this.#socket, allowHalfOpen: true }, () =>
        connection.end(JSON.stringify(request)),
      )
      connection.on('data', (chunk) => {
        text += chunk
      })
      connection.on('end', () => resolve(JSON.parse(text)))
      connection.on('error', reject)
    })
  }
}
