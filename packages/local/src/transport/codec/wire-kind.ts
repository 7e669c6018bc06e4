const NATIVE: ReadonlySet<string> = new Set([
  'claim',
  'release',
  'blocker',
  'resolve',
  'decision',
  'artifact',
  'handoff',
  'risk',
  'lesson',
  'session',
  'wake',
  'standby',
  'presence',
  'backlog-item',
  'mission',
])

/** The fact kind that stands for a record's kind in the stored form (protocol section 3.2). */
export function wireKind(kind: string): string {
  if (NATIVE.has(kind)) return kind
  if (kind === 'phase') return 'presence'
  return kind === 'escalation' ? 'risk' : 'artifact'
}
