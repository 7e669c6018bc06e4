import { createCoordination } from './coordination-file.js'

/** Entry named by `rally.coordination` in package.json: a factory of the coordination port. */
export default createCoordination
