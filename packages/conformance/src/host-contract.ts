import { createHostApi } from '@rally/core/moments'
import type { HostAdapterFactory } from '@rally/core/ports/host'
import { declarationTests } from './host/declarations.js'
import type { HostContractOptions, HostUnderTest } from './host/fixtures.js'
import { hookFileTests } from './host/hook-files.js'
import { identificationTests } from './host/identification.js'
import { parsingTests } from './host/parsing.js'
import { renderingTests } from './host/rendering.js'
import type { TestRunner } from './test-runner.js'

/**
 * The contract of a host adapter. Registers tests with the runner that is handed in; the adapter's own declarations decide
 * what is asked of it, and the suite also checks that they are complete.
 *
 * @param factory the plugin's export, `(api) => adapter`
 */
export function hostContract(runner: TestRunner, factory: HostAdapterFactory, options: HostContractOptions): void {
  const host: HostUnderTest = { ...options, factory, adapter: factory(createHostApi()), api: createHostApi() }
  runner.describe(`host contract: ${String(host.adapter?.id)}`, () => {
    declarationTests(runner, host)
    hookFileTests(runner, host)
    identificationTests(runner, host)
    parsingTests(runner, host)
    renderingTests(runner, host)
  })
}

export type { HostContractOptions, HostFixture } from './host/fixtures.js'
