import { spawnSync } from 'node:child_process'
import type { HostAdapter } from '@rally/core/ports/host'

/** What the host's program says of itself, `1.2.3`; undefined where none can be started or none says it. */
export function hostVersion({ traces, id }: HostAdapter): string | undefined {
  for (const program of traces?.programs ?? [id]) {
    const { stdout, status } = spawnSync(program, ['--version'], { encoding: 'utf8', timeout: 10_000, input: '' })
    const version = status === 0 ? /\d+\.\d+(?:\.\d+)*(?:-[\w.]+)?/.exec(stdout)?.[0] : undefined
    if (version !== undefined) return version
  }
  return undefined
}
