import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { HostAdapter } from '@rally/core/ports/host'
import { isObject, type JsonObject } from '@rally/core/readers'

/** A host plugin's folder. */
export interface PluginPackage {
  readonly folder: string
  /** Its package.json, and `rally` in it. */
  readonly manifest: JsonObject
  readonly declared: JsonObject
  /** Loads it as rally does; throws where it cannot be loaded. */
  readonly adapter: () => HostAdapter
}

export function readManifest(folder: string): JsonObject {
  const value: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  if (!isObject(value)) throw new Error(`${folder}/package.json holds no JSON object`)
  return value
}

/** Every file of the plugin that the adapter has placed: texts and programs. */
export function templatesOf({ textFiles, programFiles = [] }: HostAdapter): HostAdapter['textFiles'] {
  return [...textFiles, ...programFiles]
}
