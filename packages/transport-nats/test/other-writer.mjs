// Another process that appends records until its standard input ends, then prints how many: node other-writer.mjs URL KEY
import { randomBytes } from 'node:crypto'
import { errorsOf } from '@rally/core/errors'
import factory from '../dist/transport.js'

const [url, key] = process.argv.slice(2)
const plugin = factory({
  api: 1,
  error: (code, details) =>
    Object.assign(new Error(`${code} ${JSON.stringify(details)}`), { name: 'RallyError', code }),
  errors: errorsOf,
  requireSafeId: (id) => id,
  safeName: (name) => name,
  clock: { now: () => Date.now() / 1000 },
  ids: { hex: (length) => randomBytes(length).toString('hex').slice(0, length), digits: () => '0' },
})
const connection = await plugin.connect({ to: url, presence_ttl: 1 }, { name: 'other-writer' })
const transport = connection.open({ channel: { app: key, dir: '/nowhere' }, key, machine: 'other' })
let stop = false
process.stdin.on('end', () => {
  stop = true
})
process.stdin.resume()
let count = 0
while (!stop) {
  count += 1
  const draft = { kind: 'feedback', tool: 'other', model: 'm', run_id: 'r', app_slug: 'a', payload: { count }, ts: 1 }
  await transport.log.append(draft)
  await transport.inbox.deliver({ id: `o-${count}`, kind: 'message', from: 'other', to: 'cursor', ts: 1, payload: {} })
  if (count === 1) process.stdout.write('started\n')
  await new Promise((resolve) => setTimeout(resolve, 1))
}
await connection.close()
process.stdout.write(`${count}\n`)
