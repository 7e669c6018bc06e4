/** A session and the one that started it. */
export interface Kin {
  readonly sessionId: string
  readonly parent?: string | null | undefined
}

/** The session id of a subagent: its parent's id, a dot, its own. */
export function childSessionId(sessionId: string, agentId: string): string {
  return `${sessionId}.${agentId}`
}

/** Whether one of two sessions is the other, or started it: they are one agent's work, not peers. Siblings are peers. */
export function isKin(a: Kin, b: Kin): boolean {
  return a.sessionId === b.sessionId || isChildOf(a, b) || isChildOf(b, a)
}

function isChildOf(child: Kin, parent: Kin): boolean {
  return child.parent === parent.sessionId
}
