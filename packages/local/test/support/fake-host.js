// A host: registers sessions for itself as its hooks would (found as the nearest ancestor that is no shell), then runs a
// command through a shell with its own variables set. Prints what the command prints.
import { spawnSync } from 'node:child_process'

const { register = [], env = {}, argv } = JSON.parse(process.argv[2])
const hook = new URL('./register-hook.js', import.meta.url).pathname
const run = (args, extra = {}) =>
  spawnSync('sh', ['-c', '"$@"; exit $?', 'sh', ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env, ...extra },
  })
for (const session of register) {
  const { status, stderr } = run([process.execPath, '--conditions=rally-internal', hook, JSON.stringify(session)])
  if (status !== 0) throw new Error(stderr)
}
const own = (text) => text.replaceAll('{pid}', String(process.pid))
const { stdout, stderr } = run(argv.map(own), Object.fromEntries(Object.entries(env).map(([k, v]) => [k, own(v)])))
process.stderr.write(stderr)
process.stdout.write(JSON.stringify({ pid: process.pid, answer: JSON.parse(stdout) }))
