import type { ActivityPort } from '@rally/core/ports/activity'
import type { Transport } from '@rally/core/ports/transport'
import type { SessionContext } from '@rally/core/usecases/context'

/** What was read stays good for so long at most, whoever forgets to forget it. */
const MOST_SECS = 1

/**
 * The same room, of which one look reads everything that several use cases ask for once: who is here, what they are called, what
 * they were told. `forget` begins the next look.
 */
export function readOnce(ctx: SessionContext): { readonly ctx: SessionContext; forget(): void } {
  const known = new Map<string, { readonly at: number; readonly value: unknown }>()
  const once =
    <Value>(name: string, read: () => Value) =>
    (): Value => {
      const now = ctx.clock.now()
      const found = known.get(name)
      if (found !== undefined && now - found.at < MOST_SECS && now >= found.at) return found.value as Value
      const value = read()
      known.set(name, { at: now, value })
      return value
    }
  const { transport, activity, hostProcess } = ctx
  const { sessions, names, receipts } = transport
  const shared: Partial<Transport> = {
    sessions: over(sessions, {
      list: once('sessions', () => sessions.list()),
      ...(sessions.announcedAt === undefined
        ? {}
        : { announcedAt: once('announced', () => Promise.resolve(sessions.announcedAt?.() ?? new Map())) }),
    }),
    names: over(names, { list: once('names', () => names.list()) }),
    receipts: over(receipts, { list: once('receipts', () => receipts.list()) }),
  }
  return {
    ctx: {
      ...{ ...ctx, transport: over(transport, shared) },
      ...(activity && { activity: tellingsOnce(activity, once) }),
      // Many sessions may run in one process.
      ...(hostProcess && { hostProcess: (one) => once(`process ${JSON.stringify(one)}`, () => hostProcess(one))() }),
    },
    forget: () => known.clear(),
  }
}

function tellingsOnce(
  activity: ActivityPort,
  once: <Value>(name: string, read: () => Value) => () => Value,
): ActivityPort {
  const all = once('tellings', () => activity.tellings())
  return over(activity, {
    async tellings(query = {}) {
      const { since, sessions } = query
      if (sessions !== undefined) return activity.tellings(query)
      const found = await all()
      return since === undefined ? found : found.filter(({ at }) => at >= since)
    },
  })
}

/** A target with some of its methods replaced; the others are its own. */
function over<Target extends object>(target: Target, own: Partial<Target>): Target {
  // Not the target itself: of a frozen one a proxy may show nothing else than it has.
  return new Proxy<Target>(Object.create(target), {
    get(_, name) {
      if (Object.hasOwn(own, name)) return Reflect.get(own, name)
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
