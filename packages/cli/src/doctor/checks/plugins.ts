import { type Check, ok, problem } from '../check.js'

/** Host plugins: which are used, which are refused and why. */
export const pluginsCheck: Check = {
  code: 'plugins',
  async run({ rally }) {
    const found = await rally.hosts.list()
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
    ]
  },
}
