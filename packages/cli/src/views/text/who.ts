import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { SessionCandidate } from '@rally/core/usecases/status/status-input'

/** How a text names a session: by its name; with `--ids` the id follows where it says more. */
export function who(
  { name, session_id: id }: { readonly name?: string | null | undefined; readonly session_id: string | null },
  ids = false,
): string {
  const shown = cleanLine(name ?? id ?? 'unknown')
  return ids && id !== null && id !== shown ? `${shown} (${cleanLine(id)})` : shown
}

/** Who may be asking, where several sessions run in one process. */
export function oneOf(candidates: readonly SessionCandidate[]): string {
  const names = candidates.map((candidate) => who(candidate))
  return `one of ${names.join(', ')}: --session-id ${names[0] ?? 'ID'} says which`
}

/** The line in front of what is read for all of them; nothing where it is known who asks. */
export function youLine(candidates: readonly SessionCandidate[]): string {
  return candidates.length === 0 ? '' : `you: ${oneOf(candidates)}\n`
}

/** Who may be asking, as `--json` has it. */
export function candidatesJson(candidates: readonly SessionCandidate[]): SessionCandidate[] {
  return candidates.map(({ session_id, name }) => ({ session_id, name }))
}
