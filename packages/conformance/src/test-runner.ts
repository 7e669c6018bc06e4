/** The part of a test runner that a suite needs; vitest, mocha, jest and `node:test` all fit. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown
  it(name: string, body: () => void | Promise<void>, timeoutMs?: number): unknown
}
