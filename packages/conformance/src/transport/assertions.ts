import assert from 'node:assert/strict'
import { isRallyError } from '@rally/core/errors'

/** The promise fails with a RallyError of this code; copies of the package do not matter. */
export async function rejectsWith(code: string, promise: Promise<unknown>, what: string): Promise<void> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error ?? 'nothing',
  )
  assert.ok(outcome !== undefined, `${what}: expected ${code}, but it succeeded`)
  assert.ok(isRallyError(outcome), `${what}: expected a RallyError ${code}, got ${String(outcome)}`)
  assert.equal(outcome.code, code, what)
}

/** Waits for something that must come; the limit only keeps a broken adapter from hanging the suite. */
export async function eventually(what: string, probe: () => boolean | Promise<boolean>, limitMs = 20_000) {
  const end = performance.now() + limitMs
  while (!(await probe())) {
    assert.ok(performance.now() < end, `${what}: did not happen within ${limitMs} ms`)
    await pause(5)
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Fails instead of hanging. */
export async function within<T>(what: string, promise: Promise<T>, limitMs = 20_000): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new assert.AssertionError({ message: `${what}: hangs` })), limitMs)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

export function strictlyIncreasing(values: readonly unknown[], what: string): void {
  values.forEach((value, index) => {
    assert.ok(typeof value === 'number' && Number.isSafeInteger(value), `${what}: ${String(value)} is no integer`)
    const before = values[index - 1]
    assert.ok(typeof before !== 'number' || value > before, `${what}: ${value} after ${String(before)}`)
  })
}
