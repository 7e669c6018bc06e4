import { randomBytes } from 'node:crypto'
import type { WebOutput } from '@rally/core/model/outputs/web'
import type { PluginOutcome, RallyApi } from '@rally/core/plugin-api/rally-api'
import { PERSON_TOOL } from '@rally/core/rules/roster/person'
import { CATALOGUE } from '../errors.js'
import { RoomStream } from '../stream/room-stream.js'
import { writeAsPerson } from '../stream/write-as-person.js'
import { Access } from './access.js'
import { Ending } from './ending.js'
import { openBrowser } from './open-browser.js'
import { Pages } from './pages.js'
import { askRunning, RunningFile } from './running-file.js'
import { startServer, type WebServer } from './server.js'

export interface WebOptions {
  /** Absolute. */
  readonly workdir: string
  readonly port: number | undefined
  /** Show it in a browser. */
  readonly open: boolean
  /** Prints; the command goes on behind it. */
  present(outcome: PluginOutcome): void
}

/** Serves the room until somebody ends it; where one is served already, says where, and ends. Throws WEB_PORT_TAKEN. */
export async function runWeb(api: RallyApi, { workdir, port, open, present }: WebOptions): Promise<void> {
  const ctx = await api.session({ workdir, tool: PERSON_TOOL })
  const room = await api.operations()
  const note = new RunningFile(room.stateFolder, ctx.channel.dir)
  const show = async (address: string, found: boolean) => {
    const opened = open && (await openBrowser(address, room.stateFolder))
    const json: WebOutput = { action: 'web', app_slug: ctx.channel.app, address, found, opened }
    present({ json: { ...json }, text: said(address, found) })
  }
  const running = note.read()
  const again = running && (await askRunning(running))
  if (again !== undefined) return show(again, true)

  const now = () => ctx.clock.now()
  const stream = new RoomStream(ctx, room)
  const pages = new Pages(stream, now)
  const key = randomBytes(24).toString('base64url')
  const parts = { access: new Access(now), key, stream, pages, now, writing: writeAsPerson({ api, room }, ctx) }
  const server = await start(api, () => startServer(parts, port), port)
  const own = { port: server.port, key }
  // Before anything is written or printed: whoever ends it at once leaves nothing behind.
  const ending = new Ending()
  try {
    note.write(own)
    await show(server.address(), false)
    await ending.wait({ idleSecs: () => pages.idleSecs })
  } finally {
    note.remove(own)
    await server.close()
    await stream.close()
    ending.close()
  }
}

async function start(api: RallyApi, listen: () => Promise<WebServer>, port: number | undefined): Promise<WebServer> {
  try {
    return await listen()
  } catch (thrown) {
    const isTaken = thrown instanceof Error && 'code' in thrown && thrown.code === 'EADDRINUSE'
    throw isTaken ? api.errors(CATALOGUE)('WEB_PORT_TAKEN', { port }) : thrown
  }
}

function said(address: string, found: boolean): string {
  const how = found ? 'served already, by the rally web that runs' : 'Ctrl-C ends it'
  return `${address}\nworks once, within a minute; ${how}`
}
