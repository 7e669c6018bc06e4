export { applyChange, type FileChange, type Intent, planChange } from './change-file.js'
export { type ChangeOptions, changeHosts, type HostFileChange } from './change-hosts.js'
export { changeGuard, type GuardChange, inspectGuard } from './guard/change-guard.js'
export { GUARD_LINE } from './guard/guard-script.js'
export { type HostTask, type InstallableHost, tasksOf } from './host-tasks.js'
export {
  type EventInspection,
  type FileInspection,
  type HostInspectionResult,
  inspectHost,
} from './inspect-hosts.js'
export { type InstalledCommand, installedCommands } from './installed-commands.js'
export { VERDICTS, type Verdict } from './judge-run.js'
export { type OwnCommand, parseOwnCommand } from './own-command.js'
export type { Refusal, RefusalCode } from './refusal.js'
export { type Setting, settingStrategy } from './setting-strategy.js'
export { locateFile, type Surroundings } from './surroundings.js'
export { type VerifiedHook, type VerifyOptions, verifyHost } from './verify-hosts.js'
