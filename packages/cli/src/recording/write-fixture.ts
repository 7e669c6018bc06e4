import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { RallyError, reasonOf } from '@rally/core/errors'
import { makeFolder } from '@rally/files/make-folder'

/** Writes a fixture as `<event>[.<tool>].json`, or with a number when there is one of that name. Throws NOT_STORED. */
export function writeFixture(folder: string, event: string, payload: Readonly<Record<string, unknown>>): string {
  const named = [payload.tool_name, payload.toolName, payload.tool].find((name) => typeof name === 'string')
  const tool = named === undefined ? '' : `.${named}`
  const stem = `${event}${tool}`.replace(/[^\w.-]/g, '_')
  try {
    makeFolder(folder)
    for (let number = 1; ; number += 1) {
      const path = join(folder, number === 1 ? `${stem}.json` : `${stem}.${number}.json`)
      try {
        writeFileSync(path, `${JSON.stringify(payload, null, 2)}\n`, { flag: 'wx' })
        return path
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
      }
    }
  } catch (error) {
    throw new RallyError('NOT_STORED', { what: 'fixture', reason: reasonOf(error) }, { cause: error })
  }
}
