import { HOST_API, type HostApi } from '../ports/host.js'
import { list, obj, str } from '../readers.js'
import { patchPaths } from '../rules/shell/patch-paths.js'
import { readShell } from '../rules/shell/read-shell.js'
import { clip } from './clip.js'
import { hookCommand } from './hook-command.js'

/** The readers that rally hands to every host adapter; the command line and the hot path hand out the same ones. */
export function createHostApi(): HostApi {
  return Object.freeze({ api: HOST_API, str, obj, list, patchPaths, readShell, clip, hookCommand })
}
