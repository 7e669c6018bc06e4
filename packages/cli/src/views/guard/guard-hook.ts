import type { GuardHookOutput } from '@rally/core/model/outputs/guard-install'
import { cleanLine } from '@rally/core/rules/text/peer-text'

export interface GuardHookView {
  readonly intent: 'install' | 'uninstall'
  readonly dryRun: boolean
}

/** What happened to the hook, or would happen, in a line or two. */
export function guardHookText(output: GuardHookOutput, view: GuardHookView): string {
  const head = view.intent === 'install' ? installed(output, view) : uninstalled(output, view)
  return [...head, ...output.notes].map(cleanLine).join('\n')
}

function installed({ path, changed, kind, kept, line }: GuardHookOutput, { dryRun }: GuardHookView): string[] {
  if (line !== null)
    return [`hooks lie in the working tree, where everybody shares them; add this line to ${path}:`, line]
  if (!changed) return [`rally guard is in ${path} already`]
  const [make, add, keep] = dryRun ? ['would make', 'would add', 'would keep'] : ['made', 'added', 'kept']
  if (kind === 'new') return [`${make} ${path}`]
  if (kept === null) return [`${add} rally guard to ${path}; the rest of it is as it was`]
  return [`${make} a new ${path}: it asks rally guard, then runs the former one, ${keep} as ${kept}`]
}

function uninstalled({ path, changed, kept, line }: GuardHookOutput, { dryRun }: GuardHookView): string[] {
  if (line !== null) return [`hooks lie in the working tree; take this line out of ${path}:`, line]
  if (!changed) return [`rally guard is not in ${path}`]
  const rest = kept === null ? '' : `; what you wrote there stays, and the former hook runs from ${kept}`
  return [`${dryRun ? 'would take' : 'took'} rally guard out of ${path}${rest}`]
}
