import { createRunIdentity } from './run/run-identity.js'

/** Entry named by `rally.runIdentity` in package.json: a factory of the run-identity port. */
export default createRunIdentity
