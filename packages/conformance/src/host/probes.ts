import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { list, obj, str } from '@rally/core/readers'
import type { TestRunner } from '../test-runner.js'
import type { PluginPackage } from './plugin-package.js'

/**
 * `probes/*.json` are what `rally hosts probe` saw in the real host (its `--out`). What came back then is what the adapter has to
 * declare, and what is declared has to have come back wherever it was tried.
 */
export function probeTests({ describe, it }: TestRunner, plugin: PluginPackage): void {
  const folder = join(plugin.folder, 'probes')
  if (!existsSync(folder)) return
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'))

  describe('probes', () => {
    for (const file of files) {
      it(`${file} agrees with what is declared`, () => {
        const probe = obj(JSON.parse(readFileSync(join(folder, file), 'utf8')))
        const { id, capabilities } = plugin.adapter()
        assert.equal(probe.host, id)
        assert.notEqual(str(probe.version), '', 'a probe without the version of the host proves nothing')
        const tried = list(probe.moments).map(obj)
        assert.ok(tried.length > 0, 'nothing was tried')
        const heard = new Set(tried.filter(({ back }) => list(back).length > 0).map(({ moment }) => moment))
        for (const { moment } of tried) {
          const isDeclared = capabilities.context.some((name) => name === moment)
          const said = `${moment}: ${isDeclared ? 'declared to carry text, and' : 'not declared to carry text, but'} its word`
          assert.equal(heard.has(moment), isDeclared, `${said} ${isDeclared ? 'did not come back' : 'came back'}`)
        }
      })
    }
  })
}
