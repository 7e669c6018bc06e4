import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

// What a program outside of this repository sees of the packages: their tarballs, unpacked, and nothing else of ours.

const root = join(import.meta.dirname, '..')
const PACKAGES = ['core', 'local', 'conformance', 'plugin-kit']
/** What the tarballs declare, and what every TypeScript project brings itself. */
const OTHERS = ['@oclif/core', 'zod', 'typescript', '@types/node', 'undici-types']
const CONFIG = {
  compilerOptions: {
    target: 'es2022',
    module: 'nodenext',
    lib: ['es2023'],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    // The declarations of the packages are checked as well: a type that does not resolve would pass for `any`.
    skipLibCheck: false,
    types: ['node'],
    noEmit: true,
  },
}

describe('a program of a stranger', () => {
  let folder: string
  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'rally stranger ')))
    mkdirSync(join(folder, 'node_modules/@rally'), { recursive: true })
    for (const name of PACKAGES) {
      const packing = ['pack', '--json', '--pack-destination', folder]
      const [packed] = JSON.parse(execFileSync('npm', packing, { cwd: join(root, 'packages', name), encoding: 'utf8' }))
      execFileSync('tar', ['-xzf', packed.filename], { cwd: folder })
      cpSync(join(folder, 'package'), join(folder, 'node_modules/@rally', name), { recursive: true })
      rmSync(join(folder, 'package'), { recursive: true })
    }
    for (const name of OTHERS) {
      const at = join(folder, 'node_modules', name)
      mkdirSync(join(at, '..'), { recursive: true })
      symlinkSync(realpathSync(join(root, 'node_modules', name)), at)
    }
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** What the compiler says of some programs; empty when all is well. */
  function check(programs: Readonly<Record<string, string>>): string {
    for (const [name, text] of Object.entries(programs)) writeFileSync(join(folder, name), text)
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ ...CONFIG, files: Object.keys(programs) }))
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    return spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' }).stdout
  }

  it('uses post, presence, status, a host plugin and a transport without a cast', () => {
    const program = readFileSync(join(root, 'test/stranger/program.ts'), 'utf8')
    expect(program.replace(/^\s*\/\/.*$/gm, '')).not.toMatch(/\bas [A-Z]|\bas (any|unknown|never)\b|: any\b|@ts-/)
    expect(check({ 'program.ts': program })).toBe('')
  })

  it('is told what it must not do', () => {
    const errors = check({
      'inner.ts': `import { postRecord } from '@rally/core/usecases/log/post-record'`,
      'inner-local.ts': `import { createIds } from '@rally/local/system/random-ids'`,
      'number.ts': `import type { HandoffInput } from '@rally/core'\nexport const x: HandoffInput = { ownership: { owns: 1 } }`,
      'nobody.ts': `import { post } from '@rally/core'\nawait post({}, { kind: 'feedback' })\nexport {}`,
    })
    const found = errors.match(/[a-z-]+\.ts\(\d+,\d+\): error TS\d+/g) ?? []
    expect(found.map((line) => line.replace(/\(.*error /, ' ')).sort()).toEqual([
      'inner-local.ts TS2307',
      'inner.ts TS2307',
      'nobody.ts TS2740',
      'number.ts TS2322',
    ])
  })

  it('finds no inner module when it runs, and no file of ours beside the entries', () => {
    const load = (name: string) =>
      spawnSync(process.execPath, ['--input-type=module', '-e', `await import(${JSON.stringify(name)})`], {
        cwd: folder,
        encoding: 'utf8',
      })
    for (const name of [
      '@rally/core',
      '@rally/core/ports',
      '@rally/core/moments',
      '@rally/core/testing',
      '@rally/local',
      '@rally/conformance',
      '@rally/plugin-kit',
      '@rally/plugin-kit/commands',
    ])
      expect([name, load(name).stderr]).toEqual([name, ''])
    expect(load('@rally/core/errors').stderr).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED')
    expect(readdirSync(join(folder, 'node_modules/@rally/local/dist'))).toEqual(['public'])
  })
})
