import type { InstallableHost } from './host-tasks.js'
import type { FileInspection } from './inspection.js'
import type { InstalledCommand } from './installed-commands.js'
import type { CommandLineResult } from './run-command-line.js'

/** `unverified`: the plugin ships no recorded payload of that event, and one made from another event says nothing. */
export const VERDICTS = ['fired', 'silent', 'failed', 'off', 'shadowed', 'untrusted', 'double', 'unverified'] as const
export type Verdict = (typeof VERDICTS)[number]

/** What a run came to, and what to do about it; null when nothing is to be done. */
export interface Judgement {
  readonly verdict: Verdict
  readonly reason: string
  readonly remedy: string | null
}

const HEARD = new Set(['quiet', 'said', 'denied', 'busy'])

/** Judges one run by how it ended and by what rally-hook noted of it; `silenced` is a switch that keeps it from noting anything. */
export function judgeRun(result: CommandLineResult, code: string | undefined, silenced: string | undefined): Judgement {
  if (result.failure !== undefined)
    return {
      verdict: 'failed',
      reason: `the shell could not be started: ${result.failure}`,
      remedy: 'install the shell that the host uses',
    }
  if (result.timedOut)
    return {
      verdict: 'failed',
      reason: 'the host would have killed it: it ran out of time',
      remedy: 'rally hooks off --scope user silences hooks until this is mended',
    }
  if (result.exit !== 0)
    return {
      verdict: 'failed',
      reason: `it exited with ${result.exit ?? 'a signal'}: ${firstLine(result.stderr)}`,
      remedy: 'reinstall rally: npm install --global @rally/cli',
    }
  if (code === undefined) {
    return silenced === undefined
      ? {
          verdict: 'silent',
          reason: 'it ended well, and rally-hook was never reached',
          remedy: 'put rally-hook on the PATH of the host: npm install --global @rally/cli',
        }
      : {
          verdict: 'off',
          reason: 'hooks are off',
          remedy: silenced,
        }
  }
  if (code === 'off')
    return {
      verdict: 'off',
      reason: 'hooks are off',
      remedy: silenced ?? 'rally hooks status shows what switched them off',
    }
  if (!HEARD.has(code))
    return {
      verdict: 'failed',
      reason: `rally-hook was reached and gave up: ${code}`,
      remedy: 'rally doctor shows more',
    }
  return {
    verdict: 'fired',
    reason: code === 'quiet' ? 'works (nothing to report)' : `it fired (${code})`,
    remedy: null,
  }
}

/** A command line that works may still be started never, or twice. */
export function judgeStanding(
  host: InstallableHost,
  command: InstalledCommand,
  { file, commands }: { readonly file: FileInspection | undefined; readonly commands: readonly InstalledCommand[] },
): Judgement | undefined {
  const { adapter } = host
  const obstacle = file?.obstacles?.find(({ events }) => events === undefined || events.includes(command.event))
  if (obstacle !== undefined) {
    const verdict = obstacle.kind === 'off' ? 'off' : 'shadowed'
    return { verdict, reason: obstacle.reason, remedy: obstacle.remedy || null }
  }
  if (file?.state === 'untrusted')
    return {
      verdict: 'untrusted',
      reason: `${adapter.title} does not run it before it is trusted`,
      remedy: file.notes[0] ?? `trust it in ${adapter.title}`,
    }
  const same = commands.filter((one) => one.event === command.event)
  if (same.filter((one) => one.path === command.path).length > 1)
    return {
      verdict: 'double',
      reason: 'it stands in the file more than once',
      remedy: `rally hooks install --host ${adapter.id} leaves it there once`,
    }
  if (same.some(({ plugin }) => plugin) && same.some(({ plugin }) => !plugin))
    return {
      verdict: 'double',
      reason: `${adapter.title} has it from its own plugin, too, and runs both`,
      remedy: `rally hooks uninstall --host ${adapter.id} --scope ${same.find(({ plugin }) => !plugin)?.scope}`,
    }
  if (same.length > 1 && adapter.runner?.duplicates === 'twice')
    return {
      verdict: 'double',
      reason: `it is installed in both scopes, and ${adapter.title} runs both`,
      remedy: `rally hooks uninstall --host ${adapter.id} --scope user`,
    }
  return undefined
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0]?.slice(0, 200) || 'without a word'
}
