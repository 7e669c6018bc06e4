// A coding host that stays: one JSON request a line on stdin ({ command, input?, env?, cwd }), run in a shell as its child;
// one JSON answer a line on stdout ({ code, stdout, stderr }). Ends with its stdin.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

const collect = async (stream) => {
  const chunks = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

for await (const line of createInterface({ input: process.stdin })) {
  const { command, input = '', env = {}, cwd } = JSON.parse(line)
  const own = Object.entries(env).map(([key, value]) => [key, value.replaceAll('{pid}', String(process.pid))])
  // `; exit` keeps the shell from replacing itself with the program: hosts have one in between.
  const child = spawn('/bin/sh', ['-c', `${command}; exit $?`], {
    cwd,
    env: { ...process.env, ...Object.fromEntries(own) },
  })
  child.stdin.on('error', () => undefined)
  child.stdin.end(input.replaceAll('"{pid}"', String(process.pid)))
  const [stdout, stderr, code] = await Promise.all([
    collect(child.stdout),
    collect(child.stderr),
    new Promise((resolve) => child.on('close', resolve)),
  ])
  process.stdout.write(`${JSON.stringify({ code, stdout, stderr })}\n`)
}
