/** The coordination file of a workdir (verdicts written by an orchestrator). Supplied by a plugin; may be absent. */
export interface CoordinationPort {
  /** The file that counts now: absolute path and text, or undefined. */
  locate(workdir: string): Promise<{ path: string; text: string } | undefined>
}
