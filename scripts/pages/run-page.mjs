// Runs a page in a home folder of its own, and says where its output differs from what the program prints.
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../ready.mjs'
import { asAnn, sameOutput } from './mask.mjs'
import { readPage } from './read-page.mjs'
import { Conversation, Terminal } from './terminal.mjs'

const STUB = join(root, 'scripts/pages/stub-host.mjs')
/** Where the program lies for readers. */
const INSTALLED = '/usr/local/lib/node_modules/@rally/cli'
const HOSTS = { claude: 'claude_code', codex: 'codex' }

/** Compiled code of the programs, handed from one page to the next: it is what a home folder has after its first commands. */
const COMPILED = '.cache/rally/compiled'
let compiled

function keepCompiled(home) {
  if (compiled !== undefined || !existsSync(join(home, COMPILED))) return
  compiled = mkdtempSync(join(tmpdir(), 'rally-compiled-'))
  cpSync(join(home, COMPILED), compiled, { recursive: true })
  process.on('exit', () => rmSync(compiled, { recursive: true, force: true }))
}

/** A machine for one page: home folder, programs, and the repository `shop` unless the page begins in an empty folder. */
function makeMachine({ empty, program }) {
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'rally-page-')))
  const home = join(scratch, 'home', 'ann')
  const bin = join(scratch, 'bin')
  const shop = join(home, 'shop')
  for (const folder of [join(shop, 'src'), bin]) mkdirSync(folder, { recursive: true })
  for (const name of ['rally', 'rally-hook']) symlinkSync(join(program, `bin/${name}.cjs`), join(bin, name))
  const env = { PATH: `${bin}:${process.env.PATH}`, HOME: home, TZ: 'UTC', USER: 'ann', SHELL: '/bin/sh' }
  writeFileSync(
    join(home, '.gitconfig'),
    '[user]\nname = Ann\nemail = ann@example.invalid\n[init]\ndefaultBranch = main\n',
  )
  if (compiled !== undefined) cpSync(compiled, join(home, COMPILED), { recursive: true })
  if (empty) rmSync(shop, { recursive: true })
  else {
    for (const name of ['cart', 'page', 'prices']) writeFileSync(join(shop, 'src', `${name}.js`), `// ${name}\n`)
    writeFileSync(join(shop, '.gitignore'), '.claude/\n.codex/\n.agents/\n')
    for (const words of ['init -q', 'add .', 'commit -qm start'])
      execFileSync('git', words.split(' '), { cwd: shop, env, stdio: 'ignore' })
  }
  return { scratch, home, bin, env, start: empty ? home : shop }
}

/** `{output, exit}` of one step after the other on one machine. */
class Player {
  terminals = new Map()
  agents = new Map()
  sessions = 0

  constructor(machine) {
    this.machine = machine
    // A coding program in a shell's own line, and whatever would ask a registry, is not for pages.
    for (const name of [...Object.keys(HOSTS), 'npm', 'npx']) {
      const path = join(machine.bin, name)
      writeFileSync(path, `#!/bin/sh\necho "no ${name} on pages"\nexit 1\n`)
      chmodSync(path, 0o755)
    }
  }

  startHost(name, cwd, prompt = '') {
    this.sessions += 1
    const session = `${name}-session-${String(this.sessions).padStart(4, '0')}`
    return new Conversation(process.execPath, [STUB, HOSTS[name], session, prompt], { cwd, env: this.machine.env })
  }

  terminal(name) {
    const { env, start } = this.machine
    const made =
      this.terminals.get(name) ?? new Terminal({ env, cwd: start, startHost: (...what) => this.startHost(...what) })
    this.terminals.set(name, made)
    return made
  }

  async agent(who) {
    const known = this.agents.get(who)
    if (known) return { agent: known }
    const agent = this.startHost(who.split('-')[0], this.machine.start)
    this.agents.set(who, agent)
    return { agent, greeting: await agent.answer() }
  }

  async play({ terminal, kind, who, moment, text }) {
    if (kind === 'typed') return this.terminal(terminal).type(text)
    if (kind === 'prompted') return this.terminal(terminal).prompt(text)
    const { agent, greeting } = await this.agent(who)
    if (moment === 'ends') {
      await agent.close()
      this.agents.delete(who)
      return { output: agent.text, exit: 0 }
    }
    if (moment === 'starts' && greeting) return greeting
    return agent.say(JSON.stringify({ moment: kind === 'agent' ? 'types' : moment, text }))
  }

  async close() {
    for (const each of [...this.agents.values(), ...this.terminals.values()]) await each.close()
    keepCompiled(this.machine.home)
    rmSync(this.machine.scratch, { recursive: true, force: true, maxRetries: 5 })
  }
}

/**
 * `{text, steps, left, problems, differences}`: the page with the outputs that the program gives, what is wrong with it, and what of
 * it were other outputs. `program` is the folder of the package that is run.
 */
export async function runPage(page, { empty = false, program = join(root, 'packages/cli') } = {}) {
  const { steps, left, problems } = readPage(page)
  const lines = page.split('\n')
  const machine = makeMachine({ empty, program })
  const player = new Player(machine)
  const differences = []
  const outputs = []
  try {
    for (const step of steps) {
      const { output, exit } = await player.play(step)
      const seen = output.replaceAll(machine.scratch, '').replaceAll(program, INSTALLED).replace(/\s+$/, '')
      if (exit !== step.exit)
        problems.push(`line ${step.line}: ${step.text}: exit ${exit}, the page says ${step.exit}\n${seen}`)
      if (!step.compared) continue
      const said = lines.slice(step.from, step.to).map((line) => line.slice(step.indent.length))
      if (sameOutput(said.join('\n'), seen)) continue
      differences.push(
        `line ${step.line}: ${step.text}\n--- the page\n${said.join('\n').trimEnd()}\n--- the program\n${seen}`,
      )
      outputs.push({ step, seen })
    }
  } finally {
    await player.close()
  }
  for (const { step, seen } of outputs.reverse()) {
    const blank = step.to < lines.length && lines[step.to - 1] === '' ? [''] : []
    const shown =
      seen === ''
        ? []
        : asAnn(seen)
            .split('\n')
            .map((line) => (line === '' ? '' : `${step.indent}${line}`))
    lines.splice(step.from, step.to - step.from, ...shown, ...blank)
  }
  return { text: lines.join('\n'), steps: steps.length, left, problems, differences }
}
