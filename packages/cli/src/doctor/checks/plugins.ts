import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { list, obj, parseJson, str } from '@rally/core/readers'
import { errorCode } from '@rally/local/system/small-file'
import { type Check, type CheckContext, type Finding, ok, problem } from '../check.js'

/** Plugins: which hosts are used, which are refused and why, and whose registration failed. */
export const pluginsCheck: Check = {
  code: 'plugins',
  async run(context) {
    const found = await context.rally.hosts.list()
    const used = found.filter((host) => !host.refusal)
    const refused = found.filter((host) => host.refusal !== undefined)
    return [
      ok('plugins', `hosts: ${used.map((host) => host.id).join(', ') || 'none'}`),
      ...refused.map((host) =>
        problem('plugin-refused', 'error', {
          message: `${host.plugin} ${host.version} is not used: ${host.refusal}`,
          place: host.root,
          fix: `rally plugins update, or rally plugins uninstall ${host.plugin}`,
        }),
      ),
      ...context.rally.refusedContributions().map(({ plugin, reason }) =>
        problem('plugin-refused', 'error', {
          message: `what ${plugin} registers is not used: ${reason}`,
          place: context.plugins.find(({ name }) => name === plugin)?.root ?? null,
          fix: `rally plugins update, or rally plugins uninstall ${plugin}`,
        }),
      ),
      ...checkInstalled(context),
    ]
  },
}

/** What `rally plugins` was told to use, and cannot be loaded: it is passed over in silence everywhere else. */
function checkInstalled({ dataDir, plugins }: CheckContext): Finding[] {
  const place = join(dataDir, 'package.json')
  const text = readIfThere(place)
  if (text === undefined) return []
  const value = parseJson(text)
  if (value === undefined) {
    const fix = `mv ${place} ${place}.damaged, then install your plugins again`
    return [problem('plugin-refused', 'error', { message: 'the list of plugins is damaged', place, fix })]
  }
  const loaded = new Set(plugins.flatMap(({ name, root }) => [name, root]))
  return list(obj(obj(value).oclif).plugins).flatMap((entry): Finding[] => {
    const [name, root] = [str(obj(entry).name), str(obj(entry).root)]
    if (name === '' || loaded.has(name) || loaded.has(root)) return []
    const fix = `rally plugins uninstall ${name}, or install it again`
    const message = `${name} is listed and cannot be loaded`
    return [problem('plugin-refused', 'error', { message, place: root === '' ? place : root, fix })]
  })
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes(errorCode(error)) ? undefined : ''
  }
}
