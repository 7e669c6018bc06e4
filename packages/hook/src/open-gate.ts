import { isAbsolute, join } from 'node:path'
import { type JsonObject, list, obj, parseJson, strings, text } from '@rally/core/readers'
import { readAnnounced } from '@rally/local/channel-files/announced'
import { CLAIMS_FILE, LEASES_FOLDER } from '@rally/local/channel-files/claims-file'
import { boxesOf } from '@rally/local/channel-files/inbox-page'
import { inFlightPath } from '@rally/local/channel-files/inflight-log'
import { NOTICES, NOTICES_FOLDER } from '@rally/local/channel-files/notices'
import { readPresence } from '@rally/local/channel-files/presence-records'
import { closeGate, writeGateNote } from '@rally/local/hook-files/gate-note'
import { treeId } from '@rally/local/repository/tree-id'
import { headOf } from '@rally/local/repository/worktree-path'
import { lstatIfThere } from '@rally/local/system/facts'
import { configDir, type Env } from '@rally/local/system/user-dirs'
import { readText } from '@rally/local/transport/files/read-text'
import type { ActInput } from './act-input.js'
import { keptRecord } from './keep-presence.js'
import type { Session } from './session.js'

/** Of the files that the record of the session names, so many at most that reading them costs little. */
const MOST_KNOWN = 20
const CLAIMS = `${LEASES_FOLDER}/${CLAIMS_FILE}`

/**
 * Leaves the gate a note of what must hold for this event of this session to have nothing to hear, for whatever file. `isAllTold` says
 * whether nothing waits for the session; if something does, or the gate could not tell, there is no note.
 */
export function openGate(
  { moment, adapter, env, now, call }: ActInput,
  session: Session,
  isAllTold: () => boolean,
): void {
  const gate = call?.adapter.gate
  if (call === undefined || gate === undefined) return
  const { self, root, settings, conversation, isChild, isShared } = session
  const mayBeRefused = settings.collision === 'deny' && adapter.capabilities.deny
  const isPlain = !isChild && !isShared && self.sessionId === conversation && !mayBeRefused
  const stdout = call.adapter.render(moment, {}).stdout
  const stored = readPresence(root, self.sessionId)
  const record = keptRecord(root, self.sessionId, stored)
  if (!isPlain || record === undefined || !isAllTold()) {
    closeGate(env, adapter.id, conversation)
    return
  }
  const same = gate.same.map((key) => [key, text(call.payload[key])] as const)
  if (same.some(([, value]) => value === undefined)) return
  const mark = { s: self.sessionId, h: self.tool, w: self.worktree, i: treeId(self.worktree) }
  const tests = [
    ...same.map(([key, value]) => `same ${key} ${value}`),
    ...gate.without.map((key) => `without ${key}`),
    ...(gate.shell === undefined ? [] : [`shell ${gate.tool} ${gate.shell.join(' ')}`]),
    `file ${gate.tool} ${gate.tools.join(' ')} ${gate.file}`,
    `tree ${self.worktree}`,
    `room ${root}`,
    `record sessions/${self.sessionId}.json`,
    `log ${inFlightPath(self.sessionId)}`,
    `known ${JSON.stringify(strings(stored?.files_in_flight).slice(-MOST_KNOWN))}`,
    'fresh',
    ...(moment.name === 'before-edit' ? [`announce ${JSON.stringify(mark).slice(0, -1)},"f":[["`] : []),
    `gone hook/${self.sessionId}.off`,
    ...watched(session, env).map((path) => `${isThere(path, root) ? 'older' : 'gone'} ${path}`),
    ...(self.caseInsensitive ? ['fold'] : []),
    claimsTest(session),
    'search',
  ]
  const { event, sessionId } = moment
  writeGateNote(env, {
    ...{ host: adapter.id, event, key: gate.session, sessionId, answer: stdout, tests },
    names: readAnnounced(root).others(self.sessionId),
    from: now,
    record,
  })
}

/** Files whose change may give the session something to hear, or changes what hooks do; those of the room as seen from its folder. */
function watched({ self }: Session, env: Env): string[] {
  return [
    join(configDir(env), 'config.json'),
    `${self.worktree}/.rally.json`,
    headOf(self.worktree),
    ...boxesOf(self.tool).map(({ box }) => `inbox/${box}.jsonl`),
    `${NOTICES_FOLDER}/${NOTICES}`,
    CLAIMS,
  ]
}

function isThere(path: string, root: string): boolean {
  return lstatIfThere(isAbsolute(path) ? path : `${root}/${path}`) !== undefined
}

/** What others have claimed, and what the session itself claimed and lost, as patterns of the shell that are never narrower. */
function claimsTest({ root, self }: Session): string {
  const document = obj(parseJson(readText(root, CLAIMS)?.text ?? ''))
  const isOwn = (claim: JsonObject) => claim.session_id === self.sessionId
  const claims = list(document.claims).map(obj)
  const others = [...claims.filter((claim) => !isOwn(claim)), ...list(document.lost).map(obj).filter(isOwn)]
  const wide = others
    .flatMap(({ patterns }) => strings(patterns))
    .map((pattern) =>
      self.caseInsensitive
        ? '*'
        : pattern.replace(/^(\.\/+)+|\/$/g, '').replace(/\{.*\}|\*\*\/|\/\/+|[^A-Za-z0-9_./*-]/gu, '*') || '*',
    )
  return `claims ${wide.join(' ')}`
}
