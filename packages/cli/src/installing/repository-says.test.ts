import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { repositorySettings } from './repository-says.js'

const folder = fs.mkdtempSync(join(tmpdir(), 'rally-says-'))
const repo = join(folder, 'shop')
const env = { HOME: folder, XDG_CONFIG_HOME: join(folder, 'config') }

beforeAll(() => {
  fs.mkdirSync(repo)
  fs.mkdirSync(join(folder, 'config', 'rally'), { recursive: true })
})
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))

function configure(user: object, repository?: object) {
  fs.writeFileSync(join(folder, 'config', 'rally', 'config.json'), JSON.stringify(user))
  fs.rmSync(join(repo, '.rally.json'), { force: true })
  if (repository) fs.writeFileSync(join(repo, '.rally.json'), JSON.stringify(repository))
  return repositorySettings(env, repo).map(({ key, value, yours }) => [key, value, yours])
}

it('names what the file of the repository changes', () => {
  expect(configure({}, { hooks: { enabled: false } })).toEqual([['hooks.enabled', 'false', 'true']])
})

it('does not blame the repository for what the user switched off here', () => {
  expect(configure({ hooks: { off_in: { [repo]: true } } })).toEqual([])
  expect(configure({ hooks: { off_in: { [repo]: true } } }, { hooks: { enabled: false } })).toEqual([])
})
