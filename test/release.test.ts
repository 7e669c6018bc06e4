import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

// What a release takes from the sources: facts of who publishes, exact pins, lists of what is inside.

const root = join(import.meta.dirname, '..')
const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'))
const all = readdirSync(join(root, 'packages')).filter((name) =>
  existsSync(join(root, 'packages', name, 'package.json')),
)
const published = all.filter((name) => !readJson(join(root, 'packages', name, 'package.json')).private)
const manifestOf = (name: string) => readJson(join(root, 'packages', name, 'package.json'))

let folder: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'rally release ')))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('a package', () => {
  it.each(published)('%s is found by words, and is not published without saying whose it is', (name) => {
    const manifest = manifestOf(name)
    expect(manifest.keywords).toEqual(expect.arrayContaining(['rally', 'coding-agents']))
    expect(manifest.description).toMatch(/\.$/)
    const [command = '', ...args] = manifest.scripts.prepublishOnly.split(' ')
    expect([command, join(root, 'packages', name, args[0] ?? '')]).toEqual([
      'node',
      join(root, 'scripts/publisher.mjs'),
    ])
    // Addresses stand in one place.
    for (const fact of ['author', 'repository', 'homepage', 'bugs']) expect(manifest).not.toHaveProperty(fact)
  })

  it('is refused with the reason, and let through when publisher.json says it all', () => {
    const [name = ''] = published
    const check = (cwd: string) =>
      spawnSync(process.execPath, [join(root, 'scripts/publisher.mjs')], { cwd, encoding: 'utf8' })
    const refused = check(join(root, 'packages', name))
    expect([refused.status, refused.stdout]).toEqual([1, ''])
    expect(refused.stderr).toMatch(
      /does not say author, repository, homepage, bugs. Fill in publisher\.json, then run: node scripts/,
    )
    const facts = { author: 'A', repository: { url: 'u' }, homepage: 'h', bugs: 'b' }
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'x', ...facts }))
    expect(check(folder)).toMatchObject({ status: 0, stderr: '' })
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'x', ...facts, author: '' }))
    expect(check(folder).stderr).toContain('does not say author.')
  })

  it('of this repository is needed in exactly the version that is published with it', () => {
    const version = readJson(join(root, 'lerna.json')).version
    for (const name of all) {
      const { dependencies, devDependencies, optionalDependencies, ...manifest } = manifestOf(name)
      expect(manifest.version).toBe(version)
      const pinned = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
      for (const [other, range] of pinned)
        expect([name, other, range]).toEqual([name, other, expect.stringMatching(/^\d+\.\d+\.\d+$/)])
      for (const [other, range] of pinned)
        if (other.startsWith('@rally/')) expect([other, range]).toEqual([other, version])
    }
    expect(readJson(join(root, 'lerna.json')).command.version.exact).toBe(true)
  })
})

/** The files of the repository that a script reads, in a folder of their own. */
function copyManifests(): string {
  const tracked = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  }).split('\0')
  for (const path of tracked.filter((file) =>
    /^(scripts\/|publisher\.json|lerna\.json|packages\/[^/]+\/[^/]*(plugin\/)?[^/]*\.json$)/.test(file),
  )) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    cpSync(join(root, path), join(folder, path))
  }
  execFileSync('git', ['init', '-q'], { cwd: folder })
  return folder
}

it('what hosts read of a plugin, and the range of core, go with the version', () => {
  const copy = copyManifests()
  writeFileSync(join(copy, 'lerna.json'), JSON.stringify({ ...readJson(join(copy, 'lerna.json')), version: '7.8.9' }))
  const { status, stderr } = spawnSync(process.execPath, ['scripts/after-version.mjs'], { cwd: copy, encoding: 'utf8' })
  expect([status, stderr]).toEqual([0, ''])
  const staged = execFileSync('git', ['diff', '--cached', '--name-only'], { cwd: copy, encoding: 'utf8' })
  expect(staged).toContain('plugin.json')
  for (const path of staged.trim().split('\n')) {
    const text = readFileSync(join(copy, path), 'utf8')
    expect([path, /"version": ?"7\.8\.9"|"@rally\/core": "\^7\.8\.9"/.test(text)]).toEqual([path, true])
  }
})

describe('the list of what is inside', () => {
  it('has every package that is bundled, and every one that npm installs', () => {
    const script = `import { sbomOf, publishedPackages } from ${JSON.stringify(join(root, 'scripts/sbom.mjs'))}
      process.stdout.write(JSON.stringify(Object.fromEntries(await Promise.all(publishedPackages().map(async (name) => [name, await sbomOf(name)])))))`
    const made = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    })
    expect([made.status, made.stderr]).toEqual([0, ''])
    const documents = JSON.parse(made.stdout)
    expect(Object.keys(documents).sort()).toEqual([...published].sort())
    for (const [name, document] of Object.entries<Record<string, unknown>>(documents)) {
      expect(document).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.5', version: 1 })
      const parts = document.components as { name: string; version: string; purl: string; licenses: object[] }[]
      for (const part of parts) {
        expect(part.purl).toBe(`pkg:npm/${part.name.replace('@', '%40')}@${part.version}`)
        expect(part.licenses).toHaveLength(1)
      }
      const named = parts.map((part) => `${part.name} ${part.version}`)
      const notices = join(root, 'packages', name, 'THIRD-PARTY-NOTICES.txt')
      const text = existsSync(notices) ? readFileSync(notices, 'utf8') : ''
      const noted = [...text.matchAll(/^((?:@[\w.-]+\/)?[\w.-]+ \d+\.\d+\.\d+\S*) \([^\n]+\)$/gm)].map(
        ([, title]) => title,
      )
      expect(named).toEqual(expect.arrayContaining(noted))
      expect(named).toEqual(
        expect.arrayContaining(Object.entries(manifestOf(name).dependencies ?? {}).map((one) => one.join(' '))),
      )
    }
    expect(documents.cli.components.length).toBeGreaterThan(10)
  })
})

it('the workflow publishes with provenance, by the right of the workflow alone', () => {
  const text = readFileSync(join(root, '.github/workflows/publish.yml'), 'utf8')
  expect(text).toContain("NPM_CONFIG_PROVENANCE: 'true'")
  expect(text).toContain('id-token: write')
  expect(text).not.toMatch(/NPM_TOKEN|NODE_AUTH_TOKEN|_authToken/)
  for (const script of text.match(/scripts\/[a-z-]+\.mjs/g) ?? []) expect(existsSync(join(root, script))).toBe(true)
})
