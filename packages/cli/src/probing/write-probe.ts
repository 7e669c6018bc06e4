import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { RallyError, reasonOf } from '@rally/core/errors'
import type { HostsProbeOutput } from '@rally/core/model/outputs/hosts-probe'
import { makeFolder } from '@rally/files/make-folder'

/** Keeps what was seen as `<version>.json`; a later probe of the same version takes its place. Throws NOT_STORED. */
export function writeProbe(folder: string, { host, version, moments, lost }: HostsProbeOutput): string {
  const path = join(folder, `${version ?? 'unknown'}.json`.replace(/[^\w.-]/g, '_'))
  try {
    makeFolder(folder)
    writeFileSync(path, `${JSON.stringify({ host, version, moments, lost }, null, 2)}\n`)
    return path
  } catch (error) {
    throw new RallyError('NOT_STORED', { what: 'probe', reason: reasonOf(error) }, { cause: error })
  }
}
