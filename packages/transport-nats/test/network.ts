import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { describe } from 'vitest'

/** A machine's own network stack. */
export interface NetworkNamespace {
  /** Words to put before a command so that it runs inside. */
  readonly enter: readonly string[]
  /** Address of the hub as seen from inside. */
  readonly hub: string
  /** Cuts the cable at the hub's end: packets vanish, nobody is told. */
  cut(): void
  mend(): void
  /** Turns the machine's own network card off: its system refuses to send. */
  turnOff(): void
  turnOn(): void
}

export interface TestNetwork {
  /** Words that run a command on the hub, where the server lives. */
  readonly hub: readonly string[]
  /** A machine with a cable of its own to the hub. */
  attach(name: string): NetworkNamespace
  remove(): void
}

const enter = (namespace: string) => ['nsenter', `--net=/run/netns/${namespace}`, '--']

/** Network namespaces that are joined by cables to a hub and to nothing else; nothing of this machine's own network is touched. */
export function createNetwork(): TestNetwork {
  const stem = `rally-${randomBytes(3).toString('hex')}`
  const hub = `${stem}-hub`
  const made: string[] = []
  const makeNamespace = (name: string) => {
    ip('netns', 'add', name)
    made.push(name)
    ip('-n', name, 'link', 'set', 'lo', 'up')
  }
  makeNamespace(hub)
  return {
    hub: enter(hub),
    attach(name) {
      const namespace = `${stem}-${name}`
      makeNamespace(namespace)
      const plug = `plug${made.length}`
      const subnet = `10.203.${made.length}`
      ip('-n', hub, 'link', 'add', plug, 'type', 'veth', 'peer', 'name', 'card', 'netns', namespace)
      for (const [where, card, address] of [
        [hub, plug, `${subnet}.1/24`],
        [namespace, 'card', `${subnet}.2/24`],
      ] as const) {
        ip('-n', where, 'address', 'add', address, 'dev', card)
        ip('-n', where, 'link', 'set', card, 'up')
      }
      const set = (where: string, card: string, state: string) => ip('-n', where, 'link', 'set', card, state)
      return {
        enter: enter(namespace),
        hub: `${subnet}.1`,
        cut: () => set(hub, plug, 'down'),
        mend: () => set(hub, plug, 'up'),
        turnOff: () => set(namespace, 'card', 'down'),
        turnOn: () => set(namespace, 'card', 'up'),
      }
    },
    remove() {
      for (const name of made.reverse()) spawnSync('ip', ['netns', 'delete', name])
    },
  }
}

function ip(...args: string[]): void {
  const { status, stderr, error } = spawnSync('ip', args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${error?.message ?? stderr}`)
}

/** Tests that need namespaces; where they cannot be made, they are skipped with the reason. */
export function describeWithNetwork(name: string, body: () => void): void {
  const reason = whyNot()
  if (reason === undefined) describe(name, body)
  else {
    console.warn(`SKIPPED: ${name}: ${reason}`)
    describe.skip(`${name} (${reason})`, body)
  }
}

function whyNot(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are a matter of Linux'
  if (process.getuid?.() !== 0) return 'only root may make network namespaces'
  for (const program of ['ip', 'nsenter']) {
    if (spawnSync(program, ['-V']).status !== 0) return `no ${program} on this machine (Debian: iproute2, util-linux)`
  }
  try {
    const network = createNetwork()
    try {
      network.attach('probe')
    } finally {
      network.remove()
    }
    return undefined
  } catch (error) {
    return `this machine makes no network namespaces: ${error instanceof Error ? error.message.trim() : error}`
  }
}
