/** What is handed over and what is not (protocol section 3.5). At least one of `owns` and `does_not_own` names something. */
export interface HandoffOwnership {
  /** Files and folders (globs), or words for what the receiver owns from now on. */
  readonly owns: readonly string[]
  readonly does_not_own: readonly string[]
  /** Names of tools that the receiver may or may not use; empty for no rule. */
  readonly allowed_tools: readonly string[]
  readonly denied_tools: readonly string[]
  /** What both sides rely on. Not blank. */
  readonly interface_contract: string
  /** When and how the parts come together. Not blank. */
  readonly integration_checkpoint: string
  /** How to tell that it is done. Not blank where it is there. */
  readonly acceptance_criteria?: string | undefined
}
