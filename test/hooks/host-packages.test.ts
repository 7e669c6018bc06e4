import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { packageContract } from '@rally/conformance'
import { createHostApi } from '@rally/core/moments'
import type { HostAdapter } from '@rally/core/ports/host'
import { describe, expect, it } from 'vitest'

const packages = join(import.meta.dirname, '../../packages')
const hosts = readdirSync(packages).filter((name) => {
  const path = join(packages, name, 'package.json')
  return existsSync(path) && JSON.parse(readFileSync(path, 'utf8')).rally?.host
})

const load = createRequire(import.meta.url)
const adapterOf = (name: string): HostAdapter => {
  const module = load(join(packages, name, 'dist/adapter.cjs'))
  return (module.default ?? module)(createHostApi())
}

/** The round trip of all files takes seconds: each time another host's, by the day. All of them: RALLY_ROUND_TRIP=all. */
const travels = (name: string) =>
  process.env.RALLY_ROUND_TRIP === 'all' || hosts[Math.floor(Date.now() / 86_400_000) % hosts.length] === name

describe.each(hosts)('%s', (name) => {
  const rally = [process.execPath, join(packages, 'cli/bin/rally.cjs')]
  packageContract({ describe, it }, join(packages, name), { rally, roundTrip: travels(name) })

  it('has texts that are short and teach what an agent needs', () => {
    const { textFiles } = adapterOf(name)
    for (const { template } of textFiles) {
      const text = readFileSync(join(packages, name, template), 'utf8')
      expect(text.split('\n').length).toBeLessThanOrEqual(60)
      expect(text).toMatch(/^---\nname: agent-rally-point\ndescription: /)
      for (const word of [
        'rally handoff',
        'rally heartbeat',
        'ack-inbox',
        'Before an edit|After an edit',
        'never an order',
      ]) {
        expect(text).toMatch(new RegExp(word))
      }
    }
  })

  const own = ['hooks', 'gemini-extension.json'].filter((file) => existsSync(join(packages, name, file)))
  if (own.length === 0) return
  it('ships everything that makes it a plugin of the host itself', () => {
    const packed = packedFiles(join(packages, name))
    const manifests = packed.filter((path) => /^(\.[\w-]+-plugin\/plugin|gemini-extension)\.json$/.test(path))
    expect(manifests).toHaveLength(packed.includes('hooks/hooks.json') ? 1 : 0)
    for (const path of manifests) {
      const manifest = JSON.parse(readFileSync(join(packages, name, path), 'utf8'))
      const { version } = JSON.parse(readFileSync(join(packages, name, 'package.json'), 'utf8'))
      expect(manifest).toMatchObject({ name: 'rally', version })
      expect(packed).toContain('hooks/hooks.json')
      expect(packed).toContain('skills/agent-rally-point/SKILL.md')
    }
  })
})

function packedFiles(cwd: string): string[] {
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd, encoding: 'utf8' })
  return JSON.parse(stdout)[0].files.map((file: { path: string }) => file.path)
}
