import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createHostApi } from '@rally/core/moments'
import type { HostAdapter, HostConsent } from '@rally/core/ports/host'
import { CONSENTED_COMMANDS } from '@rally/core/rules/host/consented-commands'
import { rulesOf } from '@rally/installer/consent-strategy'
import { describe, expect, it } from 'vitest'

const PACKAGES = join(import.meta.dirname, '../..')

/** Every command of the program and of the plugins that come with it. */
const COMMANDS = readdirSync(PACKAGES).flatMap((name) => {
  const manifest = join(PACKAGES, name, 'oclif.manifest.json')
  return existsSync(manifest) ? Object.keys(JSON.parse(readFileSync(manifest, 'utf8')).commands) : []
})

/** What an agent may say and read; nothing here starts a program that somebody could name, or changes a set-up. */
const ALLOWED = [
  ...['ack-inbox', 'ask', 'claim', 'claims', 'escalate', 'handoff', 'handoffs', 'handoffs:accept', 'handoffs:decline'],
  ...['handoffs:done', 'handoff:accept', 'handoff:decline', 'handoff:done', 'handoff:send', 'heartbeat', 'inbox:read'],
  ...[
    'inbox:thread',
    'inbox:unread',
    'inbox:write',
    'log',
    'presence',
    'release',
    'reply',
    'roster',
    'sent',
    'status',
    'tell',
    'who',
    'why',
  ],
]

const hosts = await Promise.all(
  readdirSync(PACKAGES)
    .filter((name) => name.startsWith('host-'))
    .map(async (name): Promise<HostAdapter> => {
      const { default: factory } = await import(join(PACKAGES, name, 'src/adapter.ts'))
      return factory(createHostApi())
    }),
)
const consents = hosts.flatMap(({ title, consents = [] }) => consents.map((consent) => ({ title, consent })))

/** The words that a rule allows, as its host reads them: word by word, all that follows them. */
function wordsOf(rule: string): string[] {
  const quoted = /pattern = \["rally", "([a-z-]+)"\], decision = "allow"\)$/.exec(rule)
  const prefix =
    /^Bash\(rally ([a-z-]+):\*\)$/.exec(rule) ?? /commandPrefix = "rally ([a-z-]+)"\ndecision = "allow"/.exec(rule)
  return ['rally', (quoted ?? prefix)?.[1] ?? '*']
}

function permits(consent: HostConsent, line: string): boolean {
  const words = line.split(' ')
  return rulesOf(consent).some((rule) => wordsOf(rule).every((word, index) => words[index] === word))
}

describe.each(consents)('the rules for $title in $consent.path', ({ consent }) => {
  it('name one command each, never the bare word', () => {
    expect(rulesOf(consent).map((rule) => wordsOf(rule)[1])).toEqual([...CONSENTED_COMMANDS])
  })

  it('allow of all commands what an agent says and reads, and nothing else', () => {
    const allowed = COMMANDS.filter((id) => permits(consent, `rally ${id.replaceAll(':', ' ')}`))
    expect(allowed.filter((id) => !ALLOWED.includes(id))).toEqual([])
    expect(CONSENTED_COMMANDS.filter((word) => !allowed.some((id) => id.split(':')[0] === word))).toEqual([])
  })
})

it('the skill of Claude Code, which others get with the repository, lets agents read and no more', () => {
  const skill = readFileSync(join(PACKAGES, 'host-claude-code/skills/agent-rally-point/SKILL.md'), 'utf8')
  const tools = /^allowed-tools: (.*)$/m.exec(skill)?.[1]?.split(', ') ?? []
  const words = tools.map((rule) => /^Bash\(rally ([a-z ]+):\*\)$/.exec(rule)?.[1] ?? rule)
  const reading = ['status', 'roster', 'inbox:read', 'sent', 'claims', 'log', 'who', 'why']
  expect(words).toEqual(reading.map((id) => id.replace(':', ' ')))
  const allowed = COMMANDS.filter((id) => words.some((word) => `${id.replaceAll(':', ' ')} `.startsWith(`${word} `)))
  expect(allowed.sort()).toEqual([...reading].sort())
  for (const id of allowed) expect(ALLOWED).toContain(id)
})

it('nobody is given a rule that others get with the repository', () => {
  for (const { consent } of consents) expect(['user', 'local']).toContain(consent.scope)
})
