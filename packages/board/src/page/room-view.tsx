import type { PictureAgent } from '@rally/core/model/room-picture'
import { HOOK_WORDS } from '@rally/core/rules/host/hook-words'
import { machineLabels } from '@rally/core/rules/picture/machine-labels'
import type { RoomNews } from '../stream/room-news.js'
import { AgentCard } from './agent-card.js'
import { Questions } from './questions.js'
import type { Room } from './use-room.js'
import { age, hasWords } from './words.js'

/** More subagents than this are counted, not shown. */
const CHILDREN = 5

/** Trouble, what waits for somebody, and a card for each agent. */
export function RoomView({
  room,
  news,
  search,
  tell,
}: {
  readonly room: Room
  readonly news: RoomNews
  readonly search: string
  readonly tell: (name: string) => void
}) {
  const { picture, missing } = news
  const { now } = room
  const agents = folded(picture.agents.filter(isHere)).filter((agent) =>
    hasWords(search, agent.name, agent.task, agent.branch, agent.machine, ...agent.files.map(({ path }) => path)),
  )
  const silent = picture.agents.filter(({ state }) => state === 'silent').length
  const machines = machineLabels(picture)
  const troubled = new Set(
    picture.collisions
      .filter(({ kind }) => kind === 'same-tree')
      .flatMap(({ sessions }) => sessions.map(({ name }) => name)),
  )
  return (
    <section class="room" aria-label="The room">
      {picture.verdict.because.length > 0 && (
        <ul class={`trouble is-${picture.verdict.status}`} aria-label="Trouble">
          {picture.verdict.because.map(({ code, text, since }) => (
            <li key={code + text}>
              <bdi>{text}</bdi> {since !== null && <span class="age">{age(since, now)}</span>}
            </li>
          ))}
        </ul>
      )}
      <Questions questions={picture.questions} now={now} />
      <MissingHooks missing={missing} isFarFlung={machines.size > 0} />
      <h2>
        {agents.length} {agents.length === 1 ? 'agent' : 'agents'}
      </h2>
      {agents.length === 0 && (
        <p class="empty">
          {search === ''
            ? 'No agents yet. They appear when they start with hooks installed.'
            : 'Nobody fits the search.'}
        </p>
      )}
      {silent > 0 && <p class="none">and {silent} not heard of for long</p>}
      <ul class="cards">
        {agents.map((agent) => (
          <AgentCard
            key={agent.session_id}
            agent={agent}
            now={now}
            troubled={troubled.has(agent.name)}
            machine={agent.machine === null ? null : (machines.get(agent.machine) ?? null)}
            tell={tell}
          />
        ))}
      </ul>
    </section>
  )
}

function isHere({ state }: PictureAgent): boolean {
  return state !== 'gone' && state !== 'silent'
}

/** Hosts whose hooks do not run, by how they stand. */
function MissingHooks({ missing, isFarFlung }: Pick<RoomNews, 'missing'> & { readonly isFarFlung: boolean }) {
  if (missing.length === 0) return null
  const states = [...new Set(missing.map(({ state }) => state))]
  return (
    <ul class="missing" aria-label="Hooks that are missing">
      {states.map((state) => {
        const hosts = missing.filter((one) => one.state === state)
        const [only, ...more] = hosts
        const running = hosts.reduce((sum, { sessions }) => sum + sessions, 0)
        return (
          <li key={state}>
            Hooks {HOOK_WORDS[state]}
            {isFarFlung && ' on this machine'}: <b>{hosts.map(({ host }) => host).join(', ')}</b>
            {running > 0 && `, ${running} of whose sessions ${running === 1 ? 'is' : 'are'} here`}. Type{' '}
            <code>
              {more.length > 0 && only?.cure.startsWith('rally hooks install') ? 'rally hooks install' : only?.cure}
            </code>
          </li>
        )
      })}
    </ul>
  )
}

/** Subagents beyond a few are left out; their parent's card counts them. */
function folded(agents: readonly PictureAgent[]): PictureAgent[] {
  const shown = new Map<string, number>()
  return agents.filter(({ parent }) => {
    if (parent === null) return true
    const count = (shown.get(parent) ?? 0) + 1
    shown.set(parent, count)
    return count <= CHILDREN
  })
}
