import type { FileTask } from './plan-change.js'
import { refusing } from './refusal.js'
import { readTarget } from './target-file.js'

/** Whether anything of rally's stands in the file of a task; undefined when the file cannot be read. */
export function holdsOurs({ path, strategy }: Pick<FileTask, 'path' | 'strategy'>): boolean | undefined {
  const read = refusing(() => {
    const { content } = readTarget(path)
    return content !== undefined && strategy.holdsOurs(content.bytes)
  })
  return read.ok ? read.value : undefined
}
