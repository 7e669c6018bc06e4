import type { DoctorOutput } from '@rally/core/model/outputs/doctor'
import type { InstalledPlugin } from '@rally/local/plugins/plugin-declarations'
import type { SessionFlags } from '../flags.js'
import type { Rally } from '../rally.js'

/** One line of the doctor. `code` is stable; `place` is a path, a variable or a plugin; `fix` is one thing to do. */
export type Finding = Readonly<DoctorOutput['checks'][number]>
export type Severity = Finding['severity']

/** The code of the line that no host's hooks are installed: nothing is wrong, and nothing works yet. */
export const NO_HOOKS = 'hooks-none'

/** What a check may look at. */
export interface CheckContext {
  readonly rally: Rally
  readonly flags: SessionFlags
  readonly version: string
  readonly programRoot: string
  /** Where `rally plugins` keeps what was installed. */
  readonly dataDir: string
  /** The plugins of this program, for those that declare a transport. */
  readonly plugins: readonly InstalledPlugin[]
}

/** One thing that is looked at. It never throws for what it may find; a failure of the check itself becomes a finding. */
export interface Check {
  readonly code: string
  run(context: CheckContext): Promise<readonly Finding[]>
}

export function ok(code: string, message: string, place: string | null = null): Finding {
  return { code, severity: 'ok', place, message, fix: null }
}

export function problem(
  code: string,
  severity: 'info' | 'warning' | 'error',
  details: { readonly message: string; readonly fix: string; readonly place?: string | null },
): Finding {
  return { code, severity, place: details.place ?? null, message: details.message, fix: details.fix }
}
