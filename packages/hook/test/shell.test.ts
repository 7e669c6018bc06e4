import { mkdirSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { claimFiles } from '@rally/core'
import { readShell } from '@rally/core/rules/shell/read-shell'
import { openRoom } from '@rally/local/open-room'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { act as actOn, type MomentOptions, Scratch } from './scratch.js'

let scratch: Scratch
beforeAll(() => {
  scratch = new Scratch()
})
afterAll(() => scratch.remove())
beforeEach(() => {
  scratch.reset()
  scratch.now = Date.now() / 1000
  for (const who of ['one', 'two']) act('session-start', who)
})

const act = (moment: Parameters<typeof actOn>[1], who: string, more: MomentOptions = {}) =>
  actOn(scratch, moment, who, { machine: hostname(), ...more })
const edit = (who: string, path: string) => act('before-edit', who, { paths: [path] })
const shell = (who: string, command: string, more: MomentOptions = {}) =>
  act('before-edit', who, { shell: readShell(command), ...more })
const name = (who: string) => scratch.nameOf(who)
const claim = async (who: string, pattern: string) => {
  const room = await openRoom(scratch.repo, { sessionId: who, tool: 'toolx' }, { env: { ...scratch.env } })
  await claimFiles(room, { patterns: [pattern] })
  await room.close()
}

describe('a shell command that writes', () => {
  it.each([
    ['echo x > src/a.ts', 'src/a.ts'],
    ['cd src && sed -i s/a/b/ a.ts', 'src/a.ts'],
    ["bash -c 'cp README.md src/'", 'src/README.md'],
    ['git checkout -- src/a.ts', 'src/a.ts'],
  ])('%s is announced and checked like an edit', (command, path) => {
    edit('one', path)
    expect(shell('two', command).text).toContain(`${name('one')} is editing ${path} in this same working tree`)
    expect(scratch.presence('two').files_in_flight).toEqual([path])
    expect(edit('one', path).text).toContain(`${name('two')} is editing ${path}`)
  })

  it('is refused where an edit would be', async () => {
    mkdirSync(join(scratch.dir, 'home/.config/rally'), { recursive: true })
    writeFileSync(join(scratch.dir, 'home/.config/rally/config.json'), '{"hooks":{"collision":"deny"}}')
    await claim('one', 'src/**')
    scratch.now += 60
    expect(shell('two', 'rm src/a.ts').deny).toContain(`${name('one')} claimed src/**`)
    expect(scratch.presence('two').files_in_flight).toEqual([])
  })

  it('starts where its tool says', () => {
    edit('one', 'src/a.ts')
    const reading = { ...readShell('rm a.ts'), folder: 'src' }
    expect(act('before-edit', 'two', { shell: reading }).text).toContain('is editing src/a.ts')
  })
})

describe('a git command that takes others’ work along', () => {
  it.each([
    ['git commit -am x', 'git commit -a commits'],
    ['git add -A', 'git add of everything stages'],
    ['git add .', 'git add of everything stages'],
    ['git stash', 'git stash puts away'],
    ['git checkout main', 'git checkout changes the tree under'],
    ['git switch main', 'git switch changes the tree under'],
    ['git reset --hard', 'git reset --hard throws away'],
    ['git clean -fd', 'git clean deletes'],
    ['git rebase main', 'git rebase changes the tree under'],
    ['git pull', 'git pull changes the tree under'],
  ])('%s names whose, in one line, once', async (command, says) => {
    edit('one', 'src/a.ts')
    await claim('one', 'docs/**')
    const { text } = shell('two', command)
    expect(text).toBe(
      `rally: ${says} what others work on in this same working tree: ${name('one')} (src/a.ts, claimed docs/**). ` +
        `Name your own files instead, or agree first: rally tell ${name('one')} "…"`,
    )
    expect(shell('two', command).text).toBe('')
    edit('one', 'src/b.ts')
    expect(shell('two', command).text).toContain('src/b.ts')
  })

  it('is silent for one’s own work, what is not in its scope, another tree, and those who are gone', async () => {
    edit('two', 'src/a.ts')
    act('before-edit', 'two', { paths: ['src/c.ts'], agentId: 'kid' })
    expect(shell('two', 'git commit -am x').text).toBe('')
    edit('one', 'lib/x.ts')
    await claim('one', 'lib/**')
    expect(shell('two', 'cd src && git add .').text).toBe('')
    expect(shell('two', 'git add src').text).toBe('')
    expect(shell('two', 'git status && npm test').text).toBe('')
    scratch.git('init', '-q', 'nested')
    expect(shell('two', 'cd nested && git add -A').text).toBe('')
    act('session-end', 'one')
    expect(shell('two', 'git stash').text).toBe('')
  })

  it.each([
    ['rm -rf src', 'rm removes'],
    ['rm -rf src lib', 'rm removes'],
    ['cd src && rm -r .', 'rm removes'],
    ['mv src old', 'mv moves'],
    ['git rm -rq src/', 'this git command changes or removes'],
    ['git mv src old', 'this git command changes or removes'],
    ['git checkout -- .', 'this git command changes or removes'],
    ['git checkout .', 'this git command changes or removes'],
    ['git checkout src', 'this git command changes or removes'],
    ['git checkout HEAD -- src', 'this git command changes or removes'],
    ['git restore .', 'this git command changes or removes'],
    ['git restore -SW src', 'this git command changes or removes'],
    ['git stash push -- src', 'this git command changes or removes'],
    ['git add src', 'git add of a folder stages'],
    ['git add lib src/ a.ts', 'git add of a folder stages'],
    ['git commit -m x src', 'git commit of a folder commits'],
  ])('%s names whose files lie in the folder, once', async (command, says) => {
    edit('one', 'src/a.ts')
    edit('one', 'lib.ts')
    await claim('one', 'src/deep/**')
    const { text } = shell('two', command)
    expect(text).toContain(`rally: ${says} what others work on in this same working tree: ${name('one')} (src/a.ts`)
    expect(text).toContain('claimed src/deep/**')
    expect(shell('two', command).text).toBe('')
  })

  it('a folder that nobody else works in, and a file that is named, take nothing along', async () => {
    mkdirSync(join(scratch.repo, 'lib'), { recursive: true })
    edit('one', 'src/a.ts')
    await claim('one', 'src/**')
    for (const command of [
      'rm -rf lib',
      'git restore lib',
      'git add src/a.ts',
      'git commit -m x src/a.ts',
      'git add *.ts',
    ])
      expect([command, shell('two', command).text]).toEqual([
        command,
        expect.not.stringContaining('what others work on'),
      ])
    expect(shell('two', 'git restore --staged src').text).toBe('')
  })

  it('git checkout of a word restores a file of that name', () => {
    writeFileSync(join(scratch.repo, 'notes'), 'x')
    edit('one', 'notes')
    expect(shell('two', 'git checkout notes').text).toContain('is editing notes in this same working tree')
  })
})
