/**
 * Files of the bundled host plugins that are part of the program's own file, by `PLUGIN KEY` (the key under `rally` in its
 * package.json). The build fills it in; without it they are read from where the plugin lies.
 */
export const BUNDLED_MODULES: Readonly<Record<string, () => unknown>> = {}

/** What the plugin's file exports, when it is the bundled plugin and its file is in the program. */
export function bundledModule({ plugin, type, key }: { plugin: string; type: string; key: string }) {
  return type === 'core' ? BUNDLED_MODULES[`${plugin} ${key}`] : undefined
}
