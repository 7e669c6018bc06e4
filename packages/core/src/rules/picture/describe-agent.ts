import type { AgentState, PictureAgent } from '../../model/room-picture.js'
import { str } from '../../readers.js'
import { editedFiles } from './edits-of-sessions.js'
import type { SessionFacts } from './facts.js'
import { NO_TASK, saidTask, taskLine } from './said-task.js'

/** Branches that say nothing of what is done on them. */
const TRUNKS: ReadonlySet<string> = new Set(['main', 'master', 'trunk', 'develop', 'HEAD', 'unknown'])

export interface DescribeOptions {
  readonly now: number
  readonly selfId: string | undefined
  readonly children: number
  /** Whether whoever asks may see first lines of prompts. */
  readonly showsPrompts: boolean
  /** Its files that somebody else changed after it. */
  readonly changed: ReadonlySet<string>
}

/** One agent of the picture. */
export function describeAgent(facts: SessionFacts, options: DescribeOptions): PictureAgent {
  const { presence } = facts
  const { task, source } = taskOf(facts, options.showsPrompts)
  const files = editedFiles(facts.edits, options.now).map(({ path, last, announced }) => ({
    path,
    last_edit: announced === true ? null : last,
    ...(options.changed.has(path) && { changed_since_read: true }),
  }))
  return {
    name: facts.name,
    session_id: str(presence.session_id, 'unknown'),
    tool: str(presence.tool, 'unknown'),
    parent: str(presence.parent) || null,
    children: options.children,
    state: stateOf(facts),
    since: facts.lastAction,
    task,
    task_source: source,
    branch: str(presence.branch_name) || null,
    worktree: str(presence.worktree) || null,
    machine: str(presence.machine) || str(presence.host) || null,
    files,
    claims: [...facts.claims],
    unread: facts.unread,
    self: presence.session_id === options.selfId,
  }
}

/** What is said of its task, and by whom: the session itself, its heartbeat, its last prompt, its branch. */
function taskOf(
  { presence, heartbeatTask, prompt }: SessionFacts,
  showsPrompts: boolean,
): { task: string; source: PictureAgent['task_source'] } {
  const said = saidTask(presence)
  if (said !== '') return { task: said, source: 'said' }
  const heartbeat = taskLine(heartbeatTask ?? '')
  if (heartbeat !== '') return { task: heartbeat, source: 'heartbeat' }
  const asked = showsPrompts ? taskLine(prompt?.text ?? '') : ''
  if (asked !== '') return { task: asked, source: 'prompt' }
  const phase = taskLine(str(presence.phase))
  if (!NO_TASK.has(phase)) return { task: phase, source: 'said' }
  const branch = taskLine(str(presence.branch_name))
  if (branch !== '' && !TRUNKS.has(branch)) return { task: branch, source: 'branch' }
  return { task: '', source: 'none' }
}

function stateOf({ life, asks, presence }: SessionFacts): AgentState {
  if (life !== 'live') return life
  if (asks) return 'asks'
  // One that has joined was not asked anything yet.
  return presence.phase === 'idle' || presence.phase === 'joined' ? 'idle' : 'working'
}

const STATE_ORDER: Readonly<Record<AgentState, number>> = { asks: 0, working: 1, idle: 2, silent: 3, gone: 4 }

/** Trouble first, then those who wait for a person, then the working ones by last action, then idle, then the dead. */
export function orderAgents(agents: readonly PictureAgent[], inTrouble: ReadonlySet<string>): PictureAgent[] {
  const trouble = (agent: PictureAgent): number => (inTrouble.has(agent.session_id) ? 0 : 1)
  return [...agents].sort(
    (a, b) =>
      trouble(a) - trouble(b) ||
      STATE_ORDER[a.state] - STATE_ORDER[b.state] ||
      b.since - a.since ||
      (a.name < b.name ? -1 : 1),
  )
}
