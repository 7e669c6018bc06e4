import type { Config } from '@oclif/core/interfaces'
import { CATALOGUE, type ErrorCode, RallyError } from '@rally/core/errors'
import { RALLY_API, type RallyApi } from '@rally/core/ports/rally-api'
import { checkHandoff } from '@rally/core/rules/handoff-gate'
import { parseSpawned } from '@rally/core/rules/parse-spawned'
import { announcePresence } from '@rally/core/usecases/announce-presence'
import { checkpointRead } from '@rally/core/usecases/checkpoint-read'
import { findOpenHandoffs } from '@rally/core/usecases/find-open-handoffs'
import { handOff } from '@rally/core/usecases/hand-off'
import { leaveRoom } from '@rally/core/usecases/leave-room'
import { postRecord } from '@rally/core/usecases/post-record'
import { readStatus } from '@rally/core/usecases/read-status'
import { reportHeartbeat } from '@rally/core/usecases/report-heartbeat'
import { compose } from '../compose.js'
import { printFailure, printOutcome, toRallyError } from '../print-outcome.js'

const isKnown = (code: string): code is ErrorCode => Object.hasOwn(CATALOGUE, code)

/** Answers a plugin's `this.config.runHook('rally:api', {})` with the composed program. */
export default async function answerRallyApi({ config }: { config: Config }): Promise<RallyApi> {
  const rally = compose({ config, env: process.env })
  return {
    api: RALLY_API,
    room: (request) => rally.room(request),
    session: ({ workdir, sessionId, tool, model, runId, ...more }) =>
      rally.session({ workdir, 'session-id': sessionId, tool, model, 'run-id': runId }, more),
    get runIdentity() {
      return rally.runIdentity
    },
    usecases: {
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
    error: (code, details = {}) =>
      isKnown(code) ? new RallyError(code, details) : new RallyError('INTERNAL', { reason: code }),
    present({ json, text, error }, options) {
      printOutcome({ json, text: () => text, ...(error ? { error: toRallyError(error) } : {}) }, options)
    },
    fail: printFailure,
    close: () => rally.close(),
  }
}
