import { join } from 'node:path'
import { quoteForShell } from '@rally/core/rules/text/quote-for-shell'
import { type Damage, type DamageCode, inspectChannel } from '@rally/local/transport/integrity/inspect-channel'
import { type Check, type Finding, ok, problem } from '../check.js'

const BUDGET_MS = 2000
/** More lines than these help nobody. */
const MOST_FINDINGS = 40

/** How bad it is: `error` keeps rally from reading or writing something, `warning` hides what somebody wrote. */
const SEVERITIES: Readonly<Record<DamageCode, 'info' | 'warning' | 'error'>> = {
  'wrong-type': 'error',
  'bad-link': 'error',
  unreadable: 'error',
  'foreign-owner': 'warning',
  'too-large': 'warning',
  'damaged-file': 'warning',
  'damaged-lines': 'warning',
  'unfinished-line': 'info',
  'future-time': 'warning',
  'unsafe-name': 'warning',
}

/** Every file of the channel: what its readers have to pass over, and where. */
export const integrityCheck: Check = {
  code: 'integrity',
  async run({ rally, flags }) {
    const channel = await rally.discovery.resolve(flags.workdir).catch(() => undefined)
    if (channel === undefined) return []
    const { dir } = channel
    const { damage, files, complete } = inspectChannel(dir, { now: rally.clock.now(), budgetMs: BUDGET_MS })
    const findings = damage.slice(0, MOST_FINDINGS).map((one) => toFinding(dir, one))
    const hidden = damage.length - findings.length
    if (hidden > 0) {
      const message = `${hidden} more of the kind`
      findings.push(problem('integrity', 'warning', { message, place: dir, fix: 'mend those above, then look again' }))
    }
    if (!complete) {
      const message = `not everything could be looked at within ${BUDGET_MS / 1000} s`
      findings.push(problem('integrity', 'info', { message, place: dir, fix: 'rotate or remove old logs' }))
    }
    if (findings.length > 0) return findings
    return [ok('integrity', files === 0 ? 'the room is empty' : `${files} files, nothing damaged`, dir)]
  },
}

function toFinding(dir: string, { code, path, line, found }: Damage): Finding {
  const file = join(dir, path)
  const place = line === null ? file : `${file}:${line}`
  return problem(code, SEVERITIES[code], { message: found, place, fix: fixOf(code, file, line) })
}

/** Nothing is ever deleted here: what is damaged may be the only copy of what somebody wrote. */
function fixOf(code: DamageCode, file: string, line: number | null): string {
  const quoted = quoteForShell(file)
  if (code === 'unfinished-line') return 'nothing: the next write to that file ends the line'
  if (code === 'unreadable') return `chmod u+rw ${quoted}`
  if (code === 'foreign-owner') return `chown "$(id -u)" ${quoted}`
  if (code === 'future-time') return 'set the clock of the machine that wrote it'
  if (line !== null)
    return `look at it with sed -n ${line}p ${quoted} | cat -v; readers pass over what they cannot read`
  return `mv ${quoted} ${quoteForShell(`${file}.damaged`)}`
}
