/** The label of a run for people: `<tool>#<text after the last hyphen of its id> <started at>` (protocol section 11). */
export function runLabel(tool: string, runId: string, startedAt: string): string {
  return `${tool || 'unknown'}#${runId.slice(runId.lastIndexOf('-') + 1)} ${startedAt}`
}
