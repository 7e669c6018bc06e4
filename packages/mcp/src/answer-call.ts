import { type CallToolResult, ErrorCode, McpError } from '@modelcontextprotocol/sdk/types.js'
import { text } from '@rally/core/readers'
import { clip } from '@rally/core/rules/text/clip'
import { Arguments } from './arguments.js'
import { findCaller } from './caller.js'
import { TOOLS } from './catalogue.js'
import type { Served } from './served.js'
import type { Progress, Tool } from './tool.js'

export interface Call {
  readonly name: string
  readonly args: unknown
  readonly meta: unknown
  readonly signal: AbortSignal
  progress(progress: Progress): Promise<void>
}

/** Longer answers are cut: they stay in the conversation. */
const MOST_CHARACTERS = 20_000

/**
 * One call of a tool. What goes wrong in it is an answer of the tool (`isError`), with what happened, what to try and the code
 * of rally's catalogue; only a tool that there is not is an error of the protocol.
 */
export async function answerCall(served: Served, call: Call): Promise<CallToolResult> {
  const tool = TOOLS.find(({ name }) => name === call.name)
  if (tool === undefined) {
    const known = TOOLS.map(({ name }) => name).join(', ')
    throw new McpError(ErrorCode.InvalidParams, `there is no tool ${JSON.stringify(call.name.slice(0, 80))}: ${known}`)
  }
  try {
    return say(await runTool(served, tool, call))
  } catch (thrown) {
    return { ...say(sentenceOf(thrown)), isError: true }
  }
}

async function runTool(served: Served, tool: Tool, { args, meta, signal, progress }: Call): Promise<string> {
  const api = await served.api()
  try {
    const given = new Arguments(api, tool, args)
    const caller = await findCaller(api, served, { as: given.text('as'), meta })
    return await tool.run({ api, caller, room: await api.operations(), args: given, signal, progress })
  } finally {
    await api.close()
  }
}

function say(answer: string): CallToolResult {
  return { content: [{ type: 'text', text: clip(answer, MOST_CHARACTERS) }] }
}

/** What happened, the code, and on a line of its own what to try: as the command line says it. */
function sentenceOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  const { code, hint } = thrown as Error & { code?: unknown; hint?: unknown }
  const said = `${thrown.message} [${text(code) ?? 'INTERNAL'}]`
  const cure = text(hint)
  return cure === undefined ? said : `${said}\ntry: ${cure}`
}
