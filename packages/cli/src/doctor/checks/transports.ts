import { createTransportPlugins } from '../../plugins/found-transports.js'
import { type Check, ok, problem } from '../check.js'

/** Transport plugins, as they declare themselves. Their code is not run: only a relay needs it. */
export const transportsCheck: Check = {
  code: 'transports',
  async run({ plugins }) {
    const found = createTransportPlugins(plugins).list()
    const used = found.filter(({ refusal }) => refusal === undefined)
    const names = used.map(({ transport, version }) => `${transport} ${version}`)
    return [
      ok('transports', `this machine's files${names.length > 0 ? `; for relays: ${names.join(', ')}` : ''}`),
      ...found.flatMap(({ plugin, version, refusal, root }) =>
        refusal === undefined
          ? []
          : [
              problem('plugin-refused', 'error', {
                message: `${plugin} ${version} is not used: ${refusal}`,
                place: root,
                fix: `rally plugins update, or rally plugins uninstall ${plugin}`,
              }),
            ],
      ),
    ]
  },
}
