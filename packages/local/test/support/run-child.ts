import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const CHILD = fileURLToPath(new URL('../children/transport-child.mjs', import.meta.url))

export interface ChildOptions {
  readonly count?: number
  readonly env?: Record<string, string>
  /** Shell words put before `node`, e.g. to set limits. */
  readonly prefix?: string
}

/** Runs an action of `transport-child.mjs` in a process of its own and answers what it printed. */
export async function runChild(dir: string, action: string, options: ChildOptions = {}): Promise<unknown[]> {
  const argv = ['--conditions=rally-internal', CHILD, dir, action, String(options.count ?? 1)]
  const command: [string, string[]] = options.prefix
    ? ['sh', ['-c', `${options.prefix} exec "$0" "$@"`, process.execPath, ...argv]]
    : [process.execPath, argv]
  return JSON.parse(await output(command, { ...process.env, ...options.env })) as unknown[]
}

export function output(
  [program, argv]: [string, string[]],
  env: Record<string, string | undefined> = process.env,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, argv, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    child.stderr.on('data', (chunk) => {
      err += chunk
    })
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? resolve(out) : reject(new Error(`${program} exited ${code}: ${err}`))))
  })
}
