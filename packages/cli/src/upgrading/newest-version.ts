import { obj, parseJson, text } from '@rally/core/readers'
import { runProgram } from '@rally/local/system/run-program'
import { cliError } from '../errors.js'
import { requireNpm } from '../plugins/package-managers.js'

/** A registry that does not answer is asked once, and not for minutes. */
const PATIENCE = ['--fetch-retries=0', '--fetch-timeout=20000']
const TIMEOUT_MS = 60_000

/**
 * The newest version of a package, as the user's own npm tells it: its registry, its proxy, its certificates.
 * @throws RallyError NPM_MISSING, NEWEST_UNKNOWN
 */
export async function newestVersion(name: string, env: NodeJS.ProcessEnv): Promise<string> {
  const npm = requireNpm(env)
  const args = ['view', name, 'dist-tags.latest', '--json', '--no-update-notifier', ...PATIENCE]
  const [program, argv] = npm.endsWith('.js') ? [process.execPath, [npm, ...args]] : [npm, args]
  const end = await runProgram(program, argv, { cwd: env.HOME || '/', env, timeoutMs: TIMEOUT_MS })
  const unknown = (reason: string) => cliError('NEWEST_UNKNOWN', { name, reason })
  if (end.kind === 'timed-out') throw unknown('npm did not answer in a minute')
  if (end.kind === 'failed') throw unknown(end.reason)
  const answer = parseJson(end.stdout)
  const newest = text(answer)
  if (end.code === 0 && newest !== undefined && /^\d+\.\d+\.\d+/.test(newest)) return newest
  const { code, summary } = obj(obj(answer).error)
  throw unknown([text(code), text(summary)?.split('\n', 1)[0]].filter(Boolean).join(': ') || 'npm named none')
}
