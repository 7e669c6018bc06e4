/** The label of a run for people: `<tool>#<text after the last hyphen of its id> <started at>` (protocol section 11). */
export function runLabel(tool: string, buildLoopId: string, startedAt: string): string {
  return `${tool || 'unknown'}#${buildLoopId.slice(buildLoopId.lastIndexOf('-') + 1)} ${startedAt}`
}
