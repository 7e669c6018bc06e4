// A terminal of a page: one shell that goes on from command to command, or the coding program that was started in it.
import { spawn } from 'node:child_process'

/** Ends what a shell or a coding program answers to one line. */
const END = /⏹(\d+)⏹\n?/
const STUB = /^(claude|codex)( |$)/

/** What waits for something that never comes is ended; a busy machine needs many times what an idle one does. */
const LONGEST_MS = 150_000

/** A process that reads lines and ends the answer to each with an end mark. */
class Conversation {
  constructor(program, args, options) {
    this.process = spawn(program, args, { ...options, stdio: ['pipe', 'pipe', 'inherit'] })
    this.text = ''
    this.process.stdout.setEncoding('utf8')
    this.process.stdout.on('data', (piece) => {
      this.text += piece
      this.look?.()
    })
    this.gone = new Promise((resolve) => this.process.on('close', resolve))
    this.gone.then(() => this.look?.('gone'))
  }

  /** What was printed until the next end mark, and the exit code in it. */
  answer() {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.process.kill()
        reject(new Error(`no end within ${LONGEST_MS} ms: ${this.text}`))
      }, LONGEST_MS)
      this.look = (gone) => {
        const end = END.exec(this.text)
        if (!end && !gone) return
        clearTimeout(late)
        if (!end) return reject(new Error(`the program went away: ${this.text}`))
        const output = this.text.slice(0, end.index)
        this.text = this.text.slice(end.index + end[0].length)
        this.look = undefined
        resolve({ output, exit: Number(end[1]) })
      }
      this.look()
    })
  }

  say(line) {
    this.process.stdin.write(`${line}\n`)
    return this.answer()
  }

  async close() {
    this.process.stdin.end()
    await this.gone
  }
}

export class Terminal {
  constructor({ env, cwd, startHost }) {
    this.shell = new Conversation('/bin/sh', [], { env, cwd })
    this.startHost = startHost
  }

  async type(command) {
    if (this.host) await this.leave()
    if (STUB.test(command)) {
      const { output } = await this.run('pwd; eval "set -- $rally_words"; printf "%s" "$2"', command)
      const [cwd, ...prompt] = output.split('\n')
      this.host = this.startHost(command.split(' ')[0], cwd, prompt.join('\n'))
      return this.host.answer()
    }
    return this.run(command)
  }

  run(command, words) {
    const given = words === undefined ? '' : `rally_words='${words.replaceAll("'", "'\\''")}'\n`
    return this.shell.say(`${given}{ ${command}\n} </dev/null 2>&1; printf '⏹%s⏹\\n' $?`)
  }

  prompt(text) {
    if (!this.host) throw new Error('no coding program runs in this terminal')
    return text === '/exit' ? this.leave().then(() => ({ output: '', exit: 0 })) : this.host.say(text)
  }

  /** The program in it ends, as a host does when it is closed. */
  async leave() {
    await this.host?.close()
    this.host = undefined
  }

  async close() {
    await this.leave()
    await this.shell.close()
  }
}

export { Conversation }
