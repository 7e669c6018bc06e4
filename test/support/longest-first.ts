import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Files that take longest, the longest first: two workers then end at about the same time. Vitest knows how long a file took only
 * where it ran before, and begins with the largest file else. From the report of a whole run.
 */
const LONGEST = [
  'test/without-a-package',
  'cli/test/every-command',
  'hook/test/claim-orders-program',
  'test/hints/',
  'hook/test/gate.test',
  'test/hostile/every-place',
  'test/crash/killed',
  'test/hostile/planted-programs',
  'hook/test/drift',
  'cli/test/crowd',
  'test/hostile/damaged-anywhere',
  'cli/test/guard',
  'test/simulator/',
  'hook/test/program',
  'hook/test/claim-orders',
  'test/hooks/',
  'test/acceptance/',
  'test/replay/',
  'cli/test/',
  'test/fuzz/',
  'board/test/',
  'concurrency',
  'create-identity',
  'test/',
]

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const rank = ({ moduleId }: TestSpecification) => {
      const found = LONGEST.findIndex((part) => moduleId.includes(part))
      return found < 0 ? LONGEST.length : found
    }
    return sorted.sort((a, b) => rank(a) - rank(b))
  }
}
