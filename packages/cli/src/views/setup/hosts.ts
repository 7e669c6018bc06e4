import type { HostOutputItem, HostsOutput } from '@rally/core/model/outputs/hosts'
import { HOOK_WORDS } from '@rally/core/rules/host/hook-words'
import type { Style, Terminal } from '../../terminal.js'
import { dayOf } from '../text/clock-time.js'

type Probe = NonNullable<HostOutputItem['probe']>

const HEAD = ['HOST', 'HERE', 'HOOKS', 'CAN', 'PLUGIN']

export function toJson(hosts: readonly HostOutputItem[]): HostsOutput {
  return { hosts: [...hosts] }
}

/** One line per host; refused plugins below, each with its reason. */
export function toText(hosts: readonly HostOutputItem[], { style }: Terminal): string {
  const used = hosts.filter((host) => host.refusal === null)
  const refused = hosts.filter((host) => host.refusal !== null)
  const rows = [HEAD, ...used.map(rowOf)]
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map((row, index) => {
    const line = row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
    return index === 0 ? style.dim(line) : line
  })
  return [
    ...(used.length > 0 ? lines : ['no host plugin is installed']),
    ...refused.map((host) => refusalOf(host, style)),
    ...used.flatMap((host) => (host.probe === null ? [] : probeOf(host.id, host.probe, style))),
  ].join('\n')
}

function rowOf(host: HostOutputItem): string[] {
  return [
    host.id,
    hereOf(host),
    HOOK_WORDS[host.hooks],
    abilitiesOf(host),
    `${host.plugin} ${host.version} (${host.type})`,
  ]
}

function hereOf({ detected }: HostOutputItem): string {
  if (detected.inside) return 'you are in it'
  return detected.folders.length > 0 ? 'set up' : '-'
}

function abilitiesOf({ capabilities }: HostOutputItem): string {
  if (!capabilities) return '-'
  const { context } = capabilities
  const warns = context.includes('before-edit')
    ? 'warn before an edit'
    : context.includes('after-edit')
      ? 'warn after an edit'
      : ''
  return (
    [warns, capabilities.deny ? 'deny' : '', capabilities.children ? 'subagents' : ''].filter(Boolean).join(', ') || '-'
  )
}

/** What reached the model when it was tried here. */
function probeOf(id: string, { version, probed_at, heard, lost }: Probe, style: Style): string[] {
  const when = dayOf(probed_at)
  const reached = heard.length > 0 ? `texts reach its model at ${heard.join(', ')}` : 'no text reached its model'
  const missing = lost.length > 0 ? `; ${style.yellow(`not at ${lost.join(', ')}`)}` : ''
  return [`probed   ${id} ${version ?? '(version unknown)'} on ${when}: ${reached}${missing}`]
}

function refusalOf({ plugin, version, id, refusal }: HostOutputItem, style: Style): string {
  return `${style.yellow('refused')}  ${plugin} ${version} for ${id}: ${refusal}`
}
