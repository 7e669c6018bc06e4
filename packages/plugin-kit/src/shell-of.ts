import type { JsonObject } from '@rally/core/readers'
import type { Edited, HostPayload } from './host-definition.js'

/** Fields of a shell tool that name the folder in which the command starts, where it is not the session's. */
const FOLDERS = ['cwd', 'workdir', 'directory', 'dir_path'] as const

/** What the `command` of a shell tool changes; one that writes nothing and takes no work of others along is no news. */
export function shellOf({ api }: Pick<HostPayload, 'api'>, input: JsonObject): Edited {
  // Text, or in older releases a list of words.
  const command =
    typeof input.command === 'string' ? input.command : api.list(input.command).map((word) => api.str(word))
  const { writes, git, moves } = api.readShell(command)
  if (writes.length + git.length === 0 && moves === undefined) return []
  const folder = FOLDERS.map((field) => api.str(input[field])).find((value) => value !== '')
  return {
    shell: { writes, git, ...(moves === undefined ? {} : { moves }), ...(folder === undefined ? {} : { folder }) },
  }
}
