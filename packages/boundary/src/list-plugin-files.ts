import { isObject, obj, strings } from '@rally/core/readers'
import { matchEntry } from './glob.js'
import type { SourceTree } from './source-tree.js'

/** Fields whose files leave the repository together with a plugin. */
const MOVED_FIELDS = [
  'owns',
  'skill_entrypoints',
  'compatibility_entrypoints',
  'docs',
  'grouped_dependencies',
  'tests',
  'stable_interfaces',
]

/** What an extraction of one plugin would copy, sorted; undefined when the manifest has no such plugin. */
export async function listPluginFiles(
  manifest: unknown,
  plugin: string,
  tree: SourceTree,
): Promise<readonly string[] | undefined> {
  const spec = obj(obj(manifest).plugins)[plugin]
  if (!isObject(spec)) return undefined
  const files = await tree.files()
  const entries = MOVED_FIELDS.flatMap((field) => strings(spec[field]))
  return [...new Set(entries.flatMap((entry) => matchEntry(entry, files)))].sort()
}
