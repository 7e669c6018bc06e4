// A room for pictures: four agents, played by the hooks that their hosts would start, in a scratch repository.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../ready.mjs'

const RALLY = join(root, 'packages/cli/bin/rally.cjs')
const HOOK = join(root, 'packages/cli/bin/rally-hook.cjs')

const FILES = ['src/drivers/fs.ts', 'src/drivers/fs-lite.ts', 'docs/drivers.md', 'test/fs.test.ts']

/** `{repo, env, rally, close}`; `rally` is the words that start it. */
export function playRoom() {
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'rally-pictures-')))
  const repo = join(scratch, 'shop')
  const env = {
    PATH: `${join(scratch, 'bin')}:${process.env.PATH}`,
    HOME: join(scratch, 'home'),
    TZ: 'UTC',
    XDG_CACHE_HOME: join(scratch, 'cache'),
    AGENT_RALLY_APPS_ROOT: join(scratch, 'apps'),
  }
  mkdirSync(env.HOME)
  mkdirSync(join(scratch, 'bin'))
  symlinkSync(HOOK, join(scratch, 'bin/rally-hook'))
  for (const file of FILES) {
    mkdirSync(join(repo, file, '..'), { recursive: true })
    writeFileSync(join(repo, file), '\n')
  }
  const run = (program, args, input = '') => execFileSync(program, args, { cwd: repo, env, input, encoding: 'utf8' })
  const git = (...args) => run('git', ['-c', 'user.name=p', '-c', 'user.email=p@example.invalid', ...args])
  git('init', '-q', '-b', 'main')
  git('add', '.')
  git('commit', '-qm', 'a shop')
  const rally = (...args) => run(process.execPath, [RALLY, ...args])
  const hook = (id, event, more = {}) => {
    const payload = { session_id: id, transcript_path: 't', cwd: repo, hook_event_name: event, ...more }
    return run(process.execPath, [HOOK, 'claude-code', event], JSON.stringify(payload))
  }
  const edit = (id, file) => {
    const input = { file_path: join(repo, file), old_string: 'a', new_string: 'b' }
    const call = { tool_name: 'Edit', tool_input: input }
    hook(id, 'PreToolUse', call)
    hook(id, 'PostToolUse', { ...call, tool_response: {} })
  }
  rally('hooks', 'install', '--host', 'claude-code', '--scope', 'user')
  for (const id of ['p1', 'p2', 'p3', 'p4']) hook(id, 'SessionStart', { source: 'startup' })
  hook('p1', 'UserPromptSubmit', { prompt: 'Refactor the fs driver: split watch from read' })
  hook('p2', 'UserPromptSubmit', { prompt: 'Fix issue 512 in the fs driver' })
  hook('p3', 'UserPromptSubmit', { prompt: 'Write the page about drivers' })
  edit('p1', 'src/drivers/fs.ts')
  edit('p3', 'docs/drivers.md')
  rally('claim', '--session-id', 'p3', 'docs/**', '--why', 'the page about drivers')
  edit('p2', 'src/drivers/fs.ts')
  edit('p2', 'src/drivers/fs-lite.ts')
  rally('tell', '--session-id', 'p2', 'claude-1', 'I only touch the retry loop; the watch part is yours')
  edit('p1', 'src/drivers/fs.ts')
  rally('ask', '--session-id', 'p3', 'all', 'two designs for the page, which one?')
  return {
    ...{ repo, env, scratch, rally: [process.execPath, RALLY] },
    close: () => rmSync(scratch, { recursive: true, force: true }),
  }
}
