import { spawn } from 'node:child_process'
import fs from 'node:fs'
import { fileURLToPath } from 'node:url'
import { transportContract } from '@rally/conformance/transport-contract'
import { describe, it } from 'vitest'
import { makeScratch } from '../support/scratch-channel.js'

const WRITER = fileURLToPath(new URL('../children/endless-writer.mjs', import.meta.url))

transportContract(
  { describe, it },
  {
    name: 'files',
    supports: { persistent: true, shared: true, foreignWriters: true, presenceTtl: false, refusesReplays: false },
    async open() {
      const scratch = makeScratch({ create: false })
      return {
        transport: scratch.open(),
        reopen: async () => scratch.open(),
        cleanup: async () => scratch.remove(),
        async tear() {
          fs.mkdirSync(`${scratch.dir}/inbox`, { recursive: true })
          fs.appendFileSync(`${scratch.dir}/changes.jsonl`, '{"schema":"agent-rally.fact.v1","event_id":"blf_to')
          fs.appendFileSync(`${scratch.dir}/inbox/codex.jsonl`, '{"schema_version":"1.0","id":"to')
        },
        otherProcess: () => startWriter(scratch.dir),
      }
    },
  },
)

async function startWriter(dir: string): Promise<{ stop(): Promise<number> }> {
  const child = spawn(process.execPath, ['--conditions=rally-internal', WRITER, dir], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let printed = ''
  child.stdout.on('data', (chunk) => {
    printed += chunk
  })
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  while (!printed.includes('started') && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5))
  return {
    async stop() {
      child.stdin.end()
      await ended
      return Number(printed.split('\n')[1])
    },
  }
}
