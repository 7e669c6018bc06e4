export type { HookObstacle, HostEffect, HostFileState } from '@rally/core/ports/host'
export { type Answers, HOOK_SPECIFIC_OUTPUT } from './answers.js'
export { defineHost } from './define-host.js'
export { fileOf } from './file-of.js'
export {
  flatEntry,
  groupedEntry,
  type HookFiles,
  type HookLine,
  type HookLines,
  type ProgramFiles,
  type UserFolder,
} from './hook-files.js'
export type { Edited, FieldNames, HostDefinition, HostPayload } from './host-definition.js'
export { strongest, switchedOff, valueIn } from './judge-files.js'
export { mcpServer } from './mcp-server.js'
export { shellOf } from './shell-of.js'
