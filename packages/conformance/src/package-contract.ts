import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createHostApi } from '@rally/core/moments'
import type { HostAdapterFactory } from '@rally/core/ports/host'
import { obj, str } from '@rally/core/readers'
import { packedTests } from './host/packed.js'
import { type PluginPackage, readManifest } from './host/plugin-package.js'
import { probeTests } from './host/probes.js'
import { roundTripTests } from './host/round-trip.js'
import { templateTests } from './host/templates.js'
import type { TestRunner } from './test-runner.js'

/** How the installation is tried. */
export interface PackageContractOptions {
  /** The program whose installation is tried; without it `rally` of the PATH. Several words: a program and its arguments. */
  readonly rally?: readonly string[]
  /** `false`: the round trip through the real installer is tried elsewhere. */
  readonly roundTrip?: boolean
}

/**
 * The contract of a host plugin as a package: everything that the adapter names is packed, the adapter is CommonJS and of this
 * version, its templates are legal, all its files can be installed and taken away again without a trace, and what was probed in the
 * real host agrees with what is declared.
 *
 * @param folder absolute, of the plugin that was built
 */
export function packageContract(runner: TestRunner, folder: string, options: PackageContractOptions = {}): void {
  const manifest = readManifest(folder)
  const declared = obj(manifest.rally)
  const plugin: PluginPackage = {
    folder,
    manifest,
    declared,
    adapter: () => {
      const module: unknown = createRequire(join(folder, 'package.json'))(join(folder, str(declared.adapter)))
      const factory = typeof module === 'function' ? module : obj(module).default
      if (!isFactory(factory)) throw new Error('the adapter is no function: module.exports = (api) => adapter')
      return factory(createHostApi())
    },
  }
  runner.describe(`plugin package: ${str(manifest.name)}`, () => {
    packedTests(runner, plugin)
    templateTests(runner, plugin)
    probeTests(runner, plugin)
    if (options.roundTrip !== false) roundTripTests(runner, plugin, options.rally ?? ['rally'])
  })
}

function isFactory(value: unknown): value is HostAdapterFactory {
  return typeof value === 'function'
}
