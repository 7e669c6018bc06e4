import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join, posix } from 'node:path'
import { HOST_API } from '@rally/core/ports/host'
import { list, obj, str } from '@rally/core/readers'
import type { TestRunner } from '../test-runner.js'
import { type PluginPackage, templatesOf } from './plugin-package.js'

/** What npm would put into the tarball holds all that the adapter names, and rally can load it from there. */
export function packedTests({ describe, it }: TestRunner, plugin: PluginPackage): void {
  const { folder, manifest, declared } = plugin

  describe('package', () => {
    it('says what it is: this version of the contract, its host, its adapter, a plugin of oclif', () => {
      assert.equal(declared.api, HOST_API)
      assert.equal(declared.host, plugin.adapter().id)
      assert.match(str(declared.adapter), /^\.\/.+\.c?js$/)
      assert.ok(typeof manifest.oclif === 'object', 'without "oclif" it cannot be installed by rally plugins install')
    })

    it('has an adapter in CommonJS that loads nothing but itself', () => {
      plugin.adapter()
      const text = readFileSync(join(folder, str(declared.adapter)), 'utf8')
      for (const [, name = ''] of text.matchAll(/(?<![\w.$])require\(\s*["']([^"']+)["']\s*\)/g))
        assert.ok(isBuiltin(name) || name.startsWith('.'), `${name} is no part of it: bundle it`)
    })

    it('packs everything that the adapter names', () => {
      const packed = packedFiles(folder)
      const adapter = plugin.adapter()
      const named = [
        str(declared.adapter),
        ...templatesOf(adapter).map(({ template }) => template),
        ...(adapter.samples ?? []).map(({ file }) => file),
      ]
      const missing = named.map((path) => posix.normalize(path)).filter((path) => !packed.includes(path))
      assert.deepEqual(missing, [], 'add them to "files" of package.json')
    })
  })
}

function packedFiles(folder: string): readonly string[] {
  const argv = ['pack', '--dry-run', '--json', '--ignore-scripts']
  const { status, stdout, stderr } = spawnSync('npm', argv, { cwd: folder, encoding: 'utf8' })
  assert.equal(status, 0, stderr)
  const [packed]: readonly unknown[] = list(JSON.parse(stdout))
  return list(obj(packed).files).map((file) => str(obj(file).path))
}
