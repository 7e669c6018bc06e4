// What is to be run on a page: its fenced blocks, and set-up that a reader does not see, as steps in the order of the page.
//
//   ```console             lines that begin with `$ ` are typed by the person; what follows is their output, and is compared
//   ```console terminal-2  the same in another terminal; there `> ` is typed into the coding program that runs in it
//   ```sh                  every line is typed; the output is not compared
//   <!-- run … -->         lines as in `console`, run and not shown
//   <!-- not run: WHY -->  before a block: it is left out, and counted
//
// In `console`, besides: `codex-1 $ COMMAND` is typed by that agent, and `codex-1 starts`, `codex-1 is asked "TEXT"`,
// `codex-1 edits FILE`, `codex-1 stops`, `codex-1 ends` happen in its host; below stands what the model is told then. A command ends
// with `# exit N` where its exit code is not 0. A line `…` stands for any number of lines.

/** Blocks that hold commands or their output; others (json, js, ini …) are read by other tests or by nobody. */
const COMMANDS = new Set(['console', 'sh', 'bash', 'shell', 'text', ''])
const AGENT = /^([a-z]+-\d+[a-z]?) (?:\$ (?<typed>.+)|(?<moment>starts|stops|ends|is asked|edits)(?: (?<fact>.+))?)$/
const EXIT = /\s+# exit (\d+)$/

/** `{steps, left}`: steps `{terminal, kind, who, text, exit, line, from, to}`, `from` to `to` being the lines of the expected output. */
export function readPage(text) {
  const lines = text.split('\n')
  const steps = []
  const left = []
  const problems = []
  let reason
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at]
    const mark = /^\s*<!-- not run: (.+) -->$/.exec(line)
    if (mark) {
      reason = mark[1]
      continue
    }
    if (line === '<!-- run') {
      const end = lines.indexOf('-->', at)
      steps.push(...readConsole(lines, at + 1, end, 'terminal-1', { hidden: true }))
      at = end
      continue
    }
    const fence = /^(\s*)```(\S*) ?(\S*)$/.exec(line)
    if (!fence) {
      if (line.trim() !== '') reason = undefined
      continue
    }
    const end = lines.findIndex((other, index) => index > at && other.trim() === '```')
    const [, indent, language, terminal] = fence
    if (COMMANDS.has(language)) {
      if (reason !== undefined) left.push({ line: at + 1, reason })
      else if (language === 'console')
        steps.push(...readConsole(lines, at + 1, end, terminal || 'terminal-1', { indent }))
      else if (language === 'sh') steps.push(...readScript(lines, at + 1, end))
      else
        problems.push(`line ${at + 1}: a block of ${language || 'no language'} is neither run nor marked with a reason`)
    }
    reason = undefined
    at = end
  }
  return { steps, left, problems }
}

function readConsole(lines, from, end, terminal, { hidden = false, indent = '' } = {}) {
  const steps = []
  for (let at = from; at < end; at += 1) {
    const line = lines[at].slice(indent.length)
    const step = readStep(line, terminal)
    if (step === undefined) continue
    while (/\\$/.test(lines[at]) && at + 1 < end) {
      at += 1
      step.text += `\n${lines[at]}`
    }
    const exit = EXIT.exec(step.text)
    let to = at + 1
    while (to < end && readStep(lines[to].slice(indent.length), terminal) === undefined) to += 1
    steps.push({
      ...{ terminal, ...step, line: at + 1, from: at + 1, to, indent, hidden, compared: !hidden },
      text: step.text.replace(EXIT, ''),
      exit: Number(exit?.[1] ?? 0),
    })
  }
  return steps
}

function readStep(line, terminal) {
  if (line.startsWith('$ ')) return { kind: 'typed', text: line.slice(2) }
  if (line.startsWith('> ') && terminal !== 'terminal-1') return { kind: 'prompted', text: line.slice(2) }
  const agent = AGENT.exec(line)
  if (!agent) return undefined
  const { typed, moment, fact = '' } = agent.groups
  if (typed !== undefined) return { kind: 'agent', who: agent[1], text: typed }
  return { kind: 'moment', who: agent[1], moment, text: fact.replace(/^"(.*)"$/, '$1') }
}

function readScript(lines, from, end) {
  const steps = []
  for (let at = from; at < end; at += 1) {
    const line = lines[at].trim()
    if (line === '' || line.startsWith('#')) continue
    let text = line
    while (text.endsWith('\\') && at + 1 < end) {
      at += 1
      text += `\n${lines[at]}`
    }
    const exit = EXIT.exec(text)
    steps.push({
      terminal: 'terminal-1',
      kind: 'typed',
      text,
      exit: Number(exit?.[1] ?? 0),
      line: at + 1,
      compared: false,
    })
  }
  return steps
}
