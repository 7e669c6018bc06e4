import type { PictureAgent } from '@rally/core/model/room-picture'
import { stateWord } from '@rally/core/rules/picture/state-word'
import { age } from './words.js'

const MOST_FILES = 6

/** Who, what, where, which files. */
export function AgentCard({
  agent,
  now,
  troubled,
  machine,
  tell,
}: {
  readonly agent: PictureAgent
  readonly now: number
  readonly troubled: boolean
  /** Named where the room has several. */
  readonly machine: string | null
  readonly tell: (name: string) => void
}) {
  const { name, state, since, task, branch, worktree, files, claims, children, parent } = agent
  const folder = worktree?.split('/').at(-1)
  return (
    <li class={`card is-${state}${troubled ? ' is-troubled' : ''}${parent === null ? '' : ' is-child'}`}>
      <header>
        <h3>
          <bdi>{name}</bdi>
        </h3>
        <span class="state">{stateWord(agent)}</span>
        <span class="age">{age(since, now)}</span>
      </header>
      <p class="task">{task === '' ? <span class="none">no task known</span> : <bdi>{task}</bdi>}</p>
      <p class="where">
        {branch !== null && <bdi>{branch}</bdi>}
        {folder !== undefined && (
          <span>
            {' '}
            in <bdi>{folder}</bdi>
          </span>
        )}
        {machine !== null && (
          <span>
            {' '}
            on <bdi>{machine}</bdi>
          </span>
        )}
        {children > 0 && <span>, {children} subagents</span>}
      </p>
      {files.length > 0 && (
        <ul class="files" aria-label={`Files of ${name}`}>
          {files.slice(0, MOST_FILES).map(({ path, last_edit, changed_since_read }) => (
            <li key={path}>
              <bdi class="path">{path}</bdi> <span class="age">{age(last_edit, now)}</span>
              {changed_since_read === true && <span class="changed">changed since it was read</span>}
            </li>
          ))}
          {files.length > MOST_FILES && <li class="none">and {files.length - MOST_FILES} more</li>}
        </ul>
      )}
      {claims.length > 0 && (
        <p class="claims">
          claims <bdi>{claims.join(', ')}</bdi>
        </p>
      )}
      <button type="button" class="quiet" onClick={() => tell(name)}>
        Tell <bdi>{name}</bdi>
      </button>
    </li>
  )
}
