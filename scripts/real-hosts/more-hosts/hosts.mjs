// How each host is started headless against a stub of a model, and what its agent does in the trial.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const roster = ({ at }) => `rally roster --json > ${JSON.stringify(join(at, 'roster.json'))}`
const versionOf =
  (name) =>
  ({ clis }) =>
    JSON.parse(readFileSync(join(clis, 'node_modules', name, 'package.json'), 'utf8')).version

export const HOSTS = {
  copilot: {
    id: 'copilot',
    plugin: 'host-copilot',
    version: versionOf('@github/copilot'),
    writes: ['.copilot/hooks', '.copilot/skills'],
    program: ({ clis, node }, prompt) => [
      ...[node, join(clis, 'node_modules/.bin/copilot'), '-p', prompt],
      ...['--allow-all-tools', '--no-auto-update'],
    ],
    env: ({ url }) => ({
      ...{ COPILOT_OFFLINE: 'true', COPILOT_PROVIDER_BASE_URL: `${url}/v1`, COPILOT_PROVIDER_API_KEY: 'none' },
      ...{ COPILOT_MODEL: 'gpt-5.2', COPILOT_ALLOW_ALL: 'true' },
    }),
    steps: (room) => [
      { tool: 'view', input: { path: join(room.project, 'src/shared.txt') } },
      { tool: 'bash', input: { command: roster(room), description: 'look' } },
      {
        tool: 'edit',
        input: { path: join(room.project, 'src/shared.txt'), old_str: 'line one', new_str: 'LINE ONE' },
      },
    ],
  },
  qwen: {
    id: 'qwen',
    plugin: 'host-qwen',
    version: versionOf('@qwen-code/qwen-code'),
    writes: ['.qwen/settings.json', '.qwen/skills'],
    prepare({ home, project }) {
      // A file without this number is written anew by the program.
      for (const at of [home, project]) mkdirSync(join(at, '.qwen'))
      writeFileSync(
        join(home, '.qwen/settings.json'),
        '{\n  // mine\n  "$version": 4, "security": { "auth": { "selectedType": "openai" } }\n}\n',
      )
      writeFileSync(join(project, '.qwen/settings.json'), '{ "$version": 4 } // mine\n')
    },
    program: ({ clis, node }, prompt) => [node, join(clis, 'node_modules/.bin/qwen'), '--yolo', '-p', prompt],
    env: ({ url }) => ({ OPENAI_API_KEY: 'none', OPENAI_BASE_URL: `${url}/v1`, OPENAI_MODEL: 'stub' }),
    steps: (room) => [
      { tool: 'read_file', input: { file_path: join(room.project, 'src/shared.txt') } },
      { tool: 'run_shell_command', input: { command: roster(room), description: 'look', is_background: false } },
      {
        tool: 'edit',
        input: { file_path: join(room.project, 'src/shared.txt'), old_string: 'line one', new_string: 'LINE ONE' },
      },
    ],
  },
  opencode: {
    id: 'opencode',
    plugin: 'host-opencode',
    version: versionOf('opencode-ai'),
    writes: ['.config/opencode'],
    prepare({ home, project, url }) {
      // The program fills every folder in which there are plugins: a plugin of the user's own has it do so before ours comes.
      for (const at of [join(project, '.opencode'), join(home, '.config/opencode')]) {
        mkdirSync(join(at, 'plugin'), { recursive: true })
        writeFileSync(join(at, 'plugin/mine.js'), 'export const Mine = async () => ({})\n')
      }
      const model = { name: 'm', tool_call: true, limit: { context: 100_000, output: 4_000 } }
      const options = { baseURL: `${url}/v1`, apiKey: 'none' }
      const stub = { npm: '@ai-sdk/openai-compatible', name: 'Stub', options, models: { m: model } }
      const config = { provider: { stub }, model: 'stub/m', small_model: 'stub/m', autoupdate: false }
      writeFileSync(join(project, 'opencode.json'), JSON.stringify(config))
    },
    program: ({ clis }, prompt) => [join(clis, 'node_modules/.bin/opencode'), 'run', prompt],
    env: () => ({ OPENCODE_DISABLE_MODELS_FETCH: '1' }),
    steps: (room) => [
      { tool: 'read', input: { filePath: join(room.project, 'src/shared.txt') } },
      { tool: 'bash', input: { command: roster(room), description: 'look' } },
      {
        tool: 'edit',
        input: { filePath: join(room.project, 'src/shared.txt'), oldString: 'line one', newString: 'LINE ONE' },
      },
    ],
  },
  pi: pi('@earendil-works/pi-coding-agent', 'pi-new', ['--approve']),
  'pi-old': pi('@mariozechner/pi-coding-agent', 'pi-old', []),
}

/** The same program under both of its package names. */
function pi(name, folder, flags) {
  return {
    id: 'pi',
    plugin: 'host-pi',
    folder,
    version: versionOf(name),
    writes: ['.pi/agent/extensions', '.pi/agent/skills', '.pi/agent/models.json'],
    prepare({ home, url }) {
      mkdirSync(join(home, '.pi/agent'), { recursive: true })
      const stub = { baseUrl: `${url}/v1`, api: 'openai-completions', apiKey: 'none', models: [{ id: 'm' }] }
      writeFileSync(join(home, '.pi/agent/models.json'), JSON.stringify({ providers: { stub } }))
    },
    program: ({ clis }, prompt) => [
      ...[join(clis, 'node_modules/.bin/pi'), '--provider', 'stub', '--model', 'm'],
      ...[...flags, '-p', prompt],
    ],
    env: () => ({ PI_OFFLINE: '1' }),
    steps: (room) => [
      { tool: 'read', input: { path: 'src/shared.txt' } },
      { tool: 'bash', input: { command: roster(room) } },
      { tool: 'edit', input: { path: 'src/shared.txt', edits: [{ oldText: 'line one', newText: 'LINE ONE' }] } },
    ],
  }
}
