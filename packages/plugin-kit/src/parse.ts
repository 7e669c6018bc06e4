import type { Moment } from '@rally/core/model/moment'
import type { FieldNames, HostDefinition, HostPayload } from './host-definition.js'

const USUAL: FieldNames = {
  sessionId: ['session_id'],
  parentSession: [],
  cwd: ['cwd'],
  model: ['model'],
  agentId: ['agent_id'],
  agentType: ['agent_type'],
  source: ['source'],
  endReason: ['reason'],
  prompt: ['prompt'],
}

/** Only the first line of a prompt is of use, so many characters of it at most. */
const LONGEST_PROMPT = 4000

/** A host's event as a moment; undefined for what is not this host's, not an event of rally's, or not whole. Never throws. */
export function parse(host: HostDefinition, call: HostPayload): Moment | undefined {
  const { api, event, payload, env } = call
  if (!Object.hasOwn(host.events, event) || !isOwn(host, call)) return undefined
  const name = host.events[event]
  if (name === undefined) return undefined
  const fields = { ...USUAL, ...host.fields }
  const first = (names: readonly string[]): string => {
    for (const field of names) {
      const value = api.str(payload[field])
      if (value !== '') return value
    }
    return ''
  }
  const isChild = name === 'child-start' || name === 'child-end'
  const said = name === 'before-edit' || name === 'after-edit' ? host.edited(call) : []
  if (said === undefined) return undefined
  // `api.str` of what is no text is empty, and that is no file.
  const edited = isPaths(said) ? said.filter((path) => path !== '') : said
  const paths = isPaths(edited) && edited.length > 0 ? edited : undefined
  const sessionId =
    (isChild && first(fields.parentSession)) || first(fields.sessionId) || env[host.variables?.sessionId ?? ''] || ''
  const cwd = host.folder?.(call, paths) || first(fields.cwd) || env[host.variables?.cwd ?? ''] || ''
  if (sessionId === '' || cwd === '') return undefined
  const moment: Moment = {
    name,
    event,
    sessionId,
    cwd,
    ...only('model', first(fields.model)),
    ...only('agentId', first(fields.agentId)),
    ...only('agentType', first(fields.agentType)),
    ...only('source', name === 'session-start' ? first(fields.source) : ''),
    ...only('source', name === 'session-end' ? first(fields.endReason) : ''),
    ...only('prompt', name === 'prompt' ? first(fields.prompt).slice(0, LONGEST_PROMPT) : ''),
    // A turn that goes on because of a hook is not kept going by it again.
    ...(name === 'turn-end' && payload.stop_hook_active === true ? { quiet: true } : {}),
    ...(paths === undefined ? {} : { paths }),
    ...(isPaths(edited) ? {} : edited),
    ...(isPaths(edited) && edited !== paths && !isChild && isEdit(name) ? { quiet: true } : {}),
  }
  if (isChild && moment.agentId === undefined) return undefined
  return host.refine === undefined ? moment : host.refine(moment, call)
}

function isOwn({ eventField = { name: 'hook_event_name' }, needs = [] }: HostDefinition, call: HostPayload): boolean {
  const said = call.payload[eventField.name]
  if (said !== call.event && !(eventField.optional && said === undefined)) return false
  return needs.every((field) => call.api.str(call.payload[field]) !== '')
}

function isEdit(name: Moment['name']): boolean {
  return name === 'before-edit' || name === 'after-edit'
}

function isPaths(edited: object): edited is readonly string[] {
  return Array.isArray(edited)
}

function only<Key extends string>(key: Key, value: string): { [K in Key]?: string } {
  return value === '' ? {} : ({ [key]: value } as { [K in Key]: string })
}
