// A home, a repository and a host's program in it, for what is tried with real hosts.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../../ready.mjs'

/** A home, a repository and the programs, for one host. */
export function lab(name, node) {
  const at = mkdtempSync(join(tmpdir(), `rally ${name} `))
  const [home, project, bin] = ['home', 'project', 'bin'].map((part) => join(at, part))
  for (const one of [home, project, bin, join(project, 'src')]) mkdirSync(one)
  writeFileSync(join(project, 'src/shared.txt'), 'line one\nline two\n')
  symlinkSync(node, join(bin, 'node'))
  for (const program of ['rally', 'rally-hook'])
    symlinkSync(join(root, `packages/cli/bin/${program}.cjs`), join(bin, program))
  const env = {
    ...{ HOME: home, PATH: `${bin}:/usr/local/bin:/usr/bin:/bin`, TERM: 'dumb', LANG: 'C.UTF-8' },
    ...{ SHELL: '/bin/bash', TMPDIR: at },
  }
  const sh = (line) => {
    const { stdout, stderr, status } = spawnSync('bash', ['-c', line], { cwd: project, env, encoding: 'utf8' })
    if (status !== 0) process.stdout.write(`$ ${line}\n${stdout}${stderr}[exit ${status}]\n`)
    return stdout
  }
  sh('git init -q -b main && git add -A && git -c user.name=dev -c user.email=dev@example.invalid commit -q -m one')
  return { home, project, bin, at, env, sh }
}
