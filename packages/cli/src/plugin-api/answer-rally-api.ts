import type { Config } from '@oclif/core/interfaces'
import { CATALOGUE, type ErrorCode, errorsOf, RallyError } from '@rally/core/errors'
import { RALLY_API, type RallyApi } from '@rally/core/plugin-api/rally-api'
import { checkHandoff } from '@rally/core/rules/handoff/handoff-gate'
import { parseSpawned } from '@rally/core/rules/presence/parse-spawned'
import { findOpenHandoffs } from '@rally/core/usecases/handoff/find-open-handoffs'
import { handOff } from '@rally/core/usecases/handoff/hand-off'
import { address } from '@rally/core/usecases/inbox/address'
import { postRecord } from '@rally/core/usecases/log/post-record'
import { announcePresence } from '@rally/core/usecases/presence/announce-presence'
import { leaveRoom } from '@rally/core/usecases/presence/leave-room'
import { checkpointRead } from '@rally/core/usecases/status/checkpoint-read'
import { readStatus } from '@rally/core/usecases/status/read-status'
import { reportHeartbeat } from '@rally/core/usecases/task/report-heartbeat'
import { runGit } from '@rally/local/repository/run-git'
import { compose } from '../compose.js'
import { printFailure, printOutcome, toRallyError } from '../print-outcome.js'
import { sessionsNamedIn } from './sessions-named-in.js'

/** A repository's list of files may be long. */
const GIT_BYTES = 256 * 1024 * 1024
const GIT_MS = 60_000

async function askGit(args: readonly string[], cwd: string): Promise<string | undefined> {
  const end = await runGit(args, { cwd, env: process.env, timeoutMs: GIT_MS, maxBytes: GIT_BYTES })
  return end.kind === 'exited' && end.code === 0 ? end.stdout : undefined
}

const isKnown = (code: string): code is ErrorCode => Object.hasOwn(CATALOGUE, code)

/** Answers a plugin's `this.config.runHook('rally:api', {})` with the composed program. */
export async function answerRallyApi({ config }: { config: Config }): Promise<RallyApi> {
  const rally = compose({ config, env: process.env })
  return {
    api: RALLY_API,
    room: (request) => rally.room(request),
    session: ({ workdir, sessionId, tool, model, runId, ...more }) =>
      rally.session({ workdir, 'session-id': sessionId, tool, model, 'run-id': runId }, more),
    callers: (request) => rally.callers(request),
    namedIn: async (meta) => sessionsNamedIn(meta, await rally.hosts.list()),
    async operations() {
      const { createRoomOperations } = await import('./room-operations.js')
      return createRoomOperations(rally)
    },
    contributions: rally.contributions,
    get runIdentity() {
      return rally.runIdentity
    },
    usecases: {
      address,
      announcePresence,
      checkpointRead,
      findOpenHandoffs,
      handOff,
      leaveRoom,
      postRecord,
      readStatus,
      reportHeartbeat,
    },
    rules: { checkHandoff, parseSpawned },
    git: askGit,
    error: (code, details = {}) =>
      isKnown(code) ? new RallyError(code, details) : new RallyError('INTERNAL', { reason: code }),
    errors: errorsOf,
    present({ json, text, error, report }, options) {
      const outcome = {
        json,
        text: typeof text === 'string' ? () => text : text,
        ...(error ? { error: toRallyError(error) } : {}),
        ...(report ? { report } : {}),
      }
      printOutcome(outcome, options)
    },
    fail: printFailure,
    close: () => rally.close(),
  }
}
