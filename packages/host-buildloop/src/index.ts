/** The entry for other programs: the durable identity of a run (`docs/how-to/build-loop.md`). */
export {
  createRunIdentity,
  type Execution,
  type GenerateRequest,
  generateOrResume,
  readRunIdentity,
} from './run/run-identity.js'
