import { isRallyError, reasonOf } from '@rally/core/errors'
import { type Check, type CheckContext, type Finding, problem } from './check.js'

/** Runs all checks side by side; what breaks inside a check is a finding of its own. In the order of the checks. */
export async function runChecks(checks: readonly Check[], context: CheckContext): Promise<readonly Finding[]> {
  const findings = await Promise.all(checks.map((check) => runCheck(check, context)))
  return findings.flat()
}

async function runCheck(check: Check, context: CheckContext): Promise<readonly Finding[]> {
  try {
    return await check.run(context)
  } catch (error) {
    const fix = isRallyError(error) && error.hint ? error.hint : 'run again with RALLY_DEBUG=1'
    return [problem(check.code, 'error', { message: reasonOf(error), fix })]
  }
}
