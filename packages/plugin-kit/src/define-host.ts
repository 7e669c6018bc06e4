import type { HostAdapter, HostAdapterFactory, HostEnv, HostMarks, SessionClue } from '@rally/core/ports/host'
import { hookFiles, programFiles, samplesOf, skillFiles } from './hook-files.js'
import type { HostDefinition } from './host-definition.js'
import { parse } from './parse.js'
import { render } from './render.js'

/** How most hosts name things. */
const USUAL_GATE = {
  session: 'session_id',
  same: ['cwd'],
  without: ['agent_id'],
  tool: 'tool_name',
  file: 'file_path',
} as const

/**
 * What a host plugin exports, made of declared data: `parse`, `render` and `identify` are built from it.
 * The adapter is frozen, keeps no state and never throws for any JSON object.
 */
export function defineHost(host: HostDefinition): HostAdapterFactory {
  const {
    id,
    title,
    shortName,
    aliases,
    marks,
    conversations,
    capabilities,
    runner,
    hooks,
    skill,
    userFolder = {},
  } = host
  const { refusesByExit } = host.answers
  const samples =
    host.samples ?? ((hooks ?? host.program) && samplesOf(hooks ?? { events: host.program?.events ?? [] }))
  const offSwitches = host.offSwitches?.map((one) => (one.scope === 'user' ? { ...userFolder, ...one } : one))
  const moments = [...new Set([...Object.values(host.events), ...(capabilities.moments ?? [])])]
  return (api) =>
    Object.freeze({
      api: 1,
      ...{ id, title, shortName, aliases, marks },
      ...(conversations && { conversations }),
      capabilities: {
        ...capabilities,
        moments,
        ...(host.answers.goOn && { goesOn: true }),
        ...(refusesByExit && { refusesByExit }),
        ...(host.answers.context === 'plain' && { plainText: true }),
      },
      ...(host.known && { known: host.known }),
      configFiles:
        hooks === undefined ? [] : hookFiles((event) => api.hookCommand(id, event, refusesByExit), hooks, userFolder),
      textFiles: skill === undefined ? [] : skillFiles(skill, userFolder),
      ...(host.program && { programFiles: programFiles(host.program, userFolder) }),
      ...(host.signs && { signs: host.signs }),
      ...(runner && { runner }),
      ...(host.ring && { ring: host.ring }),
      ...(host.mcp && { mcp: host.mcp }),
      ...(offSwitches && { offSwitches }),
      ...(host.effective && { effective: host.effective }),
      ...(host.consents && { consents: host.consents }),
      ...(host.traces && { traces: host.traces }),
      ...(host.sandbox && { sandbox: host.sandbox }),
      ...(host.gate && { gate: { ...USUAL_GATE, ...host.gate } }),
      ...(samples && { samples: samples.map((name) => sampleOf(name, Object.keys(host.events))) }),
      identify: host.identify ?? ((env) => identify(marks, env)),
      parse: (event, payload, env) => parse(host, { api, event, payload, env }),
      render: (moment, reply) => render(host, api, { moment, reply }),
    } satisfies HostAdapter)
}

function identify(
  { sessionVariables = [], hostVariables = {}, pidVariable }: HostMarks,
  env: HostEnv,
): SessionClue | undefined {
  const sessionId = sessionVariables.map((name) => env[name]).find(Boolean)
  if (sessionId !== undefined) {
    const hostPid = Number(env[pidVariable ?? ''])
    return { sessionId, ...(Number.isSafeInteger(hostPid) && hostPid > 1 ? { hostPid } : {}) }
  }
  return Object.entries(hostVariables).some(([name, value]) => env[name] === value) ? { hostOnly: true } : undefined
}

/** `EVENT` or `EVENT.more`, where events may hold dots themselves: the longest one that fits. */
function sampleOf(name: string, events: readonly string[]): { event: string; file: string } {
  const fitting = events.filter((event) => name === event || name.startsWith(`${event}.`))
  const event = fitting.reduce((longest, one) => (one.length > longest.length ? one : longest), '')
  return { event: event || (name.split('.', 1)[0] ?? ''), file: `fixtures/${name}.json` }
}
