import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { dirname, join } from 'node:path'
import { readShell } from '../../packages/core/dist/rules/shell/read-shell.js'
import { act, type MomentOptions, type Scratch } from '../../packages/hook/test/scratch.js'
import { seeded, Violation } from './seeded.js'

/** Faults that can be planted around the real hook, to show that the invariants see them. */
export type DayBug = 'blames-kin' | 'tells-nobody'

const AGENTS = ['ann', 'bob', 'cy'] as const
type Agent = (typeof AGENTS)[number]
type Who = Agent | 'person'

export interface Day {
  /** Files said to have changed, and changes of branches said. */
  drifts: number
  branches: number
}

/**
 * A day of normal work of three agents, a subagent and a person in one working tree: own files and shared ones, formatters,
 * stashes, branches, idle times, interruptions, sessions that end and are taken up again. Whoever hears that a file or the
 * branch changed must have been told the truth, and whatever an agent announced and changed must be told. Throws Violation.
 */
export function playDay(
  scratch: Scratch,
  seed: number,
  { steps = 120, bug }: { steps?: number; bug?: DayBug } = {},
): Day {
  const chance = seeded(seed)
  const fail = (invariant: string, details: string): never => {
    throw new Violation(invariant, details, { suite: 'day', seed })
  }
  const day: Day = { drifts: 0, branches: 0 }
  scratch.reset()
  const git = (...args: string[]) => execFileSync('git', args, { cwd: scratch.repo, stdio: 'ignore' })
  git('checkout', '-qf', 'main')
  const branches = execFileSync('git', ['branch', '--format=%(refname:short)'], { cwd: scratch.repo, encoding: 'utf8' })
  for (const branch of branches.split('\n')) if (!['', 'main'].includes(branch)) git('branch', '-qD', branch)
  // Not on one day: an edit that was refused looks like one that was made, once another command writes the file anew.
  const refuses = seed % 2 === 1
  for (const agent of AGENTS) for (const n of [0, 1]) write(`src/${agent}/${n}.ts`, 'x\n')
  for (const n of [0, 1]) write(`shared/${n}.ts`, 'x\n')
  git('add', '.')
  git('-c', 'user.name=t', '-c', 'user.email=t@t', 'commit', '-qm', 'base', '--allow-empty')

  let count = 0
  /** Every change of a file: in which order, whose, and whether it was announced. */
  const changes = new Map<string, { at: number; by: Who; announced: boolean }[]>()
  /** Who moved the branch when, and what each agent knows. */
  const moves: { at: number; by: Who }[] = []
  const state = new Map(
    AGENTS.map((id) => [
      id,
      { idle: false, ended: false, edited: new Map<string, number>(), told: new Map<string, number>(), looked: 0 },
    ]),
  )
  const of = (id: Agent) => state.get(id) ?? fail('agents are known', id)

  for (const id of AGENTS) moment(id, 'session-start', { source: 'startup' })
  for (let step = 0; step < steps; step++) {
    const id = chance.pick(AGENTS)
    const { idle, ended } = of(id)
    if (ended) comeBack(id)
    else if (idle) chance.oneIn(2) ? prompt(id) : leaveAlone(id)
    else work(id)
  }
  return day

  function work(id: Agent): void {
    const own = `src/${id}/${chance.below(2)}.ts`
    const file = chance.oneIn(3) ? `shared/${chance.below(2)}.ts` : own
    const kind = chance.below(16)
    if (kind < 5) edit(id, file)
    else if (kind === 5) {
      edit(id, file, { agentId: 'kid' })
      moment(id, 'child-end', { agentId: 'kid' })
    } else if (kind === 6) shell(id, `echo x >> ${file}`, () => change(id, file, true), file)
    else if (kind === 7) shell(id, 'npx prettier --write .', () => change(id, own, false))
    else if (kind === 8) shell(id, 'git stash && git stash pop', () => stashAndPop())
    else if (kind === 9) shell(id, `git checkout -q -b ${id}-${++count}`, () => move(id, `${id}-${count}`))
    else if (kind === 10) moment(id, 'session-start', { source: 'compact' })
    else if (kind === 11) moment(id, 'prompt', { prompt: 'and another thing' })
    else if (kind === 12) announceOnly(id, file)
    else {
      moment(id, 'turn-end')
      of(id).idle = true
    }
  }

  /** The person works meanwhile, or closes the session. */
  function leaveAlone(id: Agent): void {
    const file = chance.oneIn(2) ? `src/${id}/${chance.below(2)}.ts` : `shared/${chance.below(2)}.ts`
    const kind = chance.below(7)
    if (kind === 0) change('person', file, false)
    else if (kind === 1 && !refuses) fs.utimesSync(join(scratch.repo, file), Date.now() / 1000, Date.now() / 1000)
    else if (kind === 2) stashAndPop()
    else if (kind === 3) move('person', `person-${++count}`)
    else if (kind === 4) {
      moment(id, 'session-end')
      of(id).ended = true
    } else prompt(id)
  }

  function prompt(id: Agent): void {
    of(id).idle = false
    moment(id, 'prompt', { prompt: 'go on' })
  }

  function comeBack(id: Agent): void {
    Object.assign(of(id), { idle: false, ended: false, looked: ++count })
    moment(id, 'session-start', { source: 'resume' })
    // What it announced went with it.
    of(id).edited.clear()
  }

  function edit(id: Agent, file: string, more: MomentOptions = {}): void {
    const due = more.agentId === undefined ? dueOf(id, file) : undefined
    const text = moment(id, 'before-edit', { paths: [file], ...more })
    if (due !== undefined && !text.includes(`${file} changed since`) && !text.includes(`${file}, `))
      fail('a change by a peer is told', `${id} was not told that ${due} changed ${file}: ${text}`)
    change(id, file, true)
    if (more.agentId === undefined) of(id).edited.set(file, ++count)
  }

  /** The last change since the agent's own edit, where a peer announced it. */
  function dueOf(id: Agent, file: string): Who | undefined {
    const since = of(id).edited.get(file)
    const last = changes.get(file)?.at(-1)
    if (since === undefined || last === undefined || last.by === id || !last.announced) return undefined
    return last.at < Math.max(since, of(id).told.get(file) ?? 0) ? undefined : last.by
  }

  function shell(id: Agent, command: string, run: () => void, file?: string): void {
    moment(id, 'before-edit', { shell: readShell(command) })
    run()
    if (file !== undefined) of(id).edited.set(file, ++count)
  }

  /** An edit that the person refuses. */
  function announceOnly(id: Agent, file: string): void {
    if (file.startsWith('src/') || !refuses) return
    moment(id, 'before-edit', { paths: [file] })
    of(id).edited.set(file, ++count)
  }

  function change(by: Who, file: string, announced: boolean): void {
    wait()
    fs.appendFileSync(join(scratch.repo, file), `${++count}\n`)
    changes.set(file, [...(changes.get(file) ?? []), { at: count, by, announced }])
  }

  function stashAndPop(): void {
    if (refuses) return
    try {
      git('stash', '-q')
      git('stash', 'pop', '-q')
    } catch {
      // Nothing to put away.
    }
  }

  function move(by: Who, to: string): void {
    wait()
    git('checkout', '-q', '-b', to)
    moves.push({ at: ++count, by })
  }

  function moment(id: Agent, name: Parameters<typeof act>[1], more: MomentOptions = {}): string {
    wait()
    scratch.now = Date.now() / 1000
    const muted = bug === 'tells-nobody' ? { capabilities: { context: ['session-start', 'prompt'] as const } } : {}
    const { agentId, ...rest } = more
    // A subagent that its host does not call one.
    const [who, how] = bug === 'blames-kin' && agentId !== undefined ? [`${id}-${agentId}`, rest] : [id, more]
    const { text } = act(scratch, name, who, { ...how, ...muted })
    const subject = more.agentId === undefined ? id : undefined
    for (const line of text.split('\n')) check(id, line, subject)
    if (subject !== undefined && ['session-start', 'prompt', 'before-edit'].includes(name)) of(id).looked = ++count
    return text
  }

  function check(id: Agent, line: string, subject: Agent | undefined): void {
    const [, files] = / ?rally: (.+?) (?:changed|is gone|are gone) since you edited /.exec(line) ?? []
    if (files !== undefined) {
      for (const file of files.replace(/ and \d+ more$/, '').split(', ')) {
        day.drifts++
        const since = subject === undefined ? 0 : (of(id).edited.get(file) ?? 0)
        const isTrue = changes.get(file)?.some(({ at, by }) => at > since && by !== id)
        if (subject !== undefined) of(id).told.set(file, ++count)
        if (isTrue !== true) fail('a change that is told was made by somebody else', `${id} heard: ${line}`)
      }
    }
    if (!line.includes('this working tree is now on ')) return
    day.branches++
    const last = moves.at(-1)
    if (last === undefined || last.by === id || (subject !== undefined && last.at < of(id).looked))
      fail('a move of the branch that is told is news, and not its own', `${id} heard: ${line}`)
  }

  /** Clocks of file systems are coarser than ours. */
  function wait(): void {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 12)
  }

  function write(file: string, text: string): void {
    fs.mkdirSync(dirname(join(scratch.repo, file)), { recursive: true })
    fs.writeFileSync(join(scratch.repo, file), text)
  }
}
