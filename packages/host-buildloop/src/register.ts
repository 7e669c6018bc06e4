import type { PluginRegister } from '@rally/core/plugin-api/contributions'
import { createCoordination } from './coordination-file.js'
import { createRunIdentity } from './run/run-identity.js'

/** Entry named by `rally.register` in package.json: what this plugin adds to rally beside its host. */
const register: PluginRegister = ({ tokens, register }) => {
  register(tokens.runIdentity, createRunIdentity)
  register(tokens.coordination, createCoordination)
}

export default register
