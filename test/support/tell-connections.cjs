'use strict'
// Loaded into every Node process of a test (NODE_OPTIONS=--require …): whoever looks up a name, connects or sends is written to the
// file RALLY_TEST_CONNECTIONS. Nothing is refused, so that a program goes on as it would. Paths of pipes and sockets of this
// machine are no network.
const fs = require('node:fs')
const net = require('node:net')
const dgram = require('node:dgram')
const dns = require('node:dns')

const tell = (what) => {
  const file = process.env.RALLY_TEST_CONNECTIONS
  if (file) fs.appendFileSync(file, `${what} by ${process.argv.slice(1).join(' ')}\n`)
}

function told(holder, name, describe) {
  const original = holder[name]
  holder[name] = function (...args) {
    const what = describe(args)
    if (what !== undefined) tell(what)
    return original.apply(this, args)
  }
}

told(net.Socket.prototype, 'connect', ([first]) => {
  const options = Array.isArray(first) ? first[0] : first
  const path = typeof options === 'object' && options !== null ? options.path : undefined
  return path ? undefined : `connect ${JSON.stringify(options)}`
})
told(dgram.Socket.prototype, 'send', () => 'send')
for (const holder of [dns, dns.promises]) {
  for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) told(holder, name, ([host]) => `look up ${host}`)
}
