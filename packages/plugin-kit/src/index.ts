export { type Answers, HOOK_SPECIFIC_OUTPUT } from './answers.js'
export { defineHost } from './define-host.js'
export { flatEntry, groupedEntry, type HookEvents, type HookFiles, type HookLine, inBothScopes } from './hook-files.js'
export type { Edited, FieldNames, HostDefinition, HostPayload } from './host-definition.js'
