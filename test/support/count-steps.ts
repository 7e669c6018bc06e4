import { Session } from 'node:inspector/promises'

/**
 * How many times the blocks of the modules are entered while `work` runs, as V8 counts them: the same number on every machine,
 * however busy it is. What native functions do inside (a search in a text) counts as one. `modules` are endings of their addresses.
 */
export async function countSteps(modules: readonly string[], work: () => unknown): Promise<number> {
  const session = new Session()
  session.connect()
  try {
    await session.post('Profiler.enable')
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
    await session.post('Profiler.takePreciseCoverage')
    await work()
    const { result } = await session.post('Profiler.takePreciseCoverage')
    const counted = result.filter(({ url }) => modules.some((ending) => url.split('?')[0]?.endsWith(ending)))
    const ranges = counted.flatMap(({ functions }) => functions.flatMap((one) => one.ranges))
    return ranges.reduce((sum, { count }) => sum + count, 0)
  } finally {
    session.disconnect()
  }
}
