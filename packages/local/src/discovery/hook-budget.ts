const DEFAULT_BUDGET_MS = 3000
const FLOOR_SECONDS = 1

/**
 * Seconds that a child may take inside a hook's budget (protocol section 1): the budget less a margin, one second at least.
 * `budgetMs` is the text of `RALLY_HOOK_BUDGET_MS`; what is no positive number counts as 3000.
 */
export function innerTimeout(marginSeconds: number, budgetMs: string | undefined): number {
  const given = /^\s*\+?\d{1,9}\s*$/.test(budgetMs ?? '') ? Number(budgetMs) : 0
  const budget = given > 0 ? given : DEFAULT_BUDGET_MS
  return Math.max(FLOOR_SECONDS, budget / 1000 - marginSeconds)
}
