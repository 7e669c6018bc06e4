import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createHostApi } from '@rally/core/moments'
import type { HostAdapterFactory } from '@rally/core/ports/host'
import { aimPayload } from '@rally/installer/canary-payload'
import { describe, expect, it } from 'vitest'
import { type HookMachine, makeHookMachine } from './hook-machine.js'
import { startHostProgram } from './host-program.js'

// A plain message to an agent that works is in its context at its next tool call: each host with its recorded payloads.

const PACKAGES = join(import.meta.dirname, '../../packages')

/** The event at which each host hears, and the recorded payload of an edit. */
const HOSTS = [
  ['host-claude-code', 'SessionStart', 'PreToolUse', 'PreToolUse.Edit.json'],
  ['host-codex', 'SessionStart', 'PreToolUse', 'PreToolUse.apply_patch.json'],
  ['host-cursor', 'sessionStart', 'preToolUse', 'preToolUse.Write.json'],
  ['host-gemini', 'SessionStart', 'AfterTool', 'AfterTool.write_file.json'],
  ['host-buildloop', 'session-start', 'before-edit', 'before-edit.json'],
] as const

const CALLS = 30

describe.each(HOSTS.filter(([folder]) => existsSync(join(PACKAGES, folder))))('%s', (folder, start, event, fixture) => {
  it('tells a plain message at the next tool call, and is silent at the others', async () => {
    const { default: factory }: { default: HostAdapterFactory } = await import(join(PACKAGES, folder, 'src/adapter.ts'))
    const machine = makeHookMachine()
    const host = startHostProgram(machine)
    const { id } = factory(createHostApi())
    const recorded = (name: string, file: string) => aim(machine, { factory, folder, event: name, fixture: file })
    const fire = async (name: string, file: string) => {
      const answer = await host.run(`rally-hook ${id} ${name}`, { input: recorded(name, file) })
      expect(answer).toMatchObject({ code: 0, stderr: '' })
      return answer.stdout
    }
    await fire(start, `${start}.json`)
    await fire(event, fixture)
    const told = await host.rally(`tell ${id} 'the freeze is over' --session-id sender --tool other`)
    expect(told).toMatchObject({ code: 0, stderr: '' })
    expect(told.stdout).toMatch(/hears it at the next tool call/)
    const answers: string[] = []
    for (let call = 0; call < CALLS; call++) answers.push(await fire(event, fixture))
    expect(answers[0]).toContain('| the freeze is over')
    expect(answers[0]).toContain('rally reply 1')
    const spoken = answers.filter((answer) => answer.includes('rally:'))
    expect(spoken).toHaveLength(1)
    // What 30 tool calls cost in context: this message, once.
    expect(spoken.join('').length).toBeLessThan(500)
  })
})

function aim(
  machine: HookMachine,
  { factory, folder, event, fixture }: { factory: HostAdapterFactory; folder: string; event: string; fixture: string },
): string {
  const payload = JSON.parse(readFileSync(join(PACKAGES, folder, 'fixtures', fixture), 'utf8'))
  const moment = factory(createHostApi()).parse(event, payload, {})
  if (!moment) throw new Error(`${folder} does not know its own ${event}`)
  const aimed = aimPayload(payload, moment, { cwd: machine.repo, sessionId: 'busy-session' })
  return JSON.stringify('pid' in aimed ? { ...aimed, pid: '{pid}' } : aimed)
}
