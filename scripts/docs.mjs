// Writes the reference pages that are made from code: commands from the manifest, errors from the catalogue.
// `--check` only says whether they are up to date.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './ready.mjs'

// The catalogues of packages import inner modules of core.
const INNER = '--conditions=rally-internal'
if (!process.execArgv.includes(INNER))
  process.exit(spawnSync(process.execPath, [INNER, ...process.argv.slice(1)], { stdio: 'inherit' }).status ?? 1)

const check = process.argv.includes('--check')
const reference = join(root, 'docs/reference')
const packages = readdirSync(join(root, 'packages')).filter((name) =>
  existsSync(join(root, 'packages', name, 'package.json')),
)
const manifests = packages.filter((name) => existsSync(join(root, 'packages', name, 'oclif.manifest.json')))

const plain = (text) => (text ?? '').replaceAll('<%= config.bin %>', 'rally').trim()

function commandsOf(name) {
  const read = (file) => JSON.parse(readFileSync(join(root, 'packages', name, file), 'utf8'))
  // oclif's own commands explain themselves.
  const theirs = read('package.json').rally?.oclif ?? []
  return Object.values(read('oclif.manifest.json').commands)
    .filter((command) => !command.hidden && !theirs.includes(command.id.split(':')[0]))
    .map((command) => ({ ...command, plugin: name === 'cli' ? undefined : `@rally/${name}` }))
}

function flagRow(flag) {
  const short = flag.char ? `-${flag.char}, ` : ''
  const value =
    flag.type === 'option' ? ` ${flag.options ? flag.options.join('\\|') : (flag.helpValue ?? 'VALUE')}` : ''
  const facts = [
    flag.required && 'required',
    flag.multiple && 'repeatable',
    flag.default !== undefined &&
      typeof flag.default !== 'object' &&
      flag.default !== false &&
      `default \`${flag.default}\``,
  ]
  const notes = facts.filter(Boolean).join(', ')
  return `| \`${short}--${flag.name}${value}\` | ${plain(flag.summary ?? flag.description).replaceAll('|', '\\|')}${notes ? ` (${notes})` : ''} |`
}

function renderCommand(command) {
  const words = command.id.replaceAll(':', ' ')
  const args = Object.values(command.args ?? {}).map((arg) =>
    arg.required ? ` ${arg.name.toUpperCase()}` : ` [${arg.name.toUpperCase()}]`,
  )
  const flags = Object.values(command.flags ?? {}).filter((flag) => !flag.hidden)
  const examples = (command.examples ?? []).map((example) =>
    plain(typeof example === 'string' ? example : example.command).replaceAll('<%= command.id %>', words),
  )
  return [
    `## rally ${words}${args.join('')}`,
    plain(command.summary),
    command.description ? plain(command.description).replaceAll('<%= command.id %>', words) : undefined,
    command.plugin ? `Comes with the plugin \`${command.plugin}\`.` : undefined,
    flags.length > 0 ? ['| flag | meaning |', '|---|---|', ...flags.map(flagRow)].join('\n') : undefined,
    examples.length > 0 ? ['```sh', ...examples, '```'].join('\n') : undefined,
  ]
    .filter(Boolean)
    .join('\n\n')
}

function renderCommands() {
  const commands = manifests.flatMap(commandsOf).sort((a, b) => a.id.localeCompare(b.id))
  const head = `# Commands\n\nMade from the program by \`node scripts/docs.mjs\`. Every command takes \`--json\` (one JSON document on stdout; its schema\nships as \`schemas/rally.<command>.v1.json\`) and \`--help\`. Exit codes: [exit-codes.md](exit-codes.md).`
  return `${[head, ...commands.map(renderCommand)].join('\n\n')}\n`
}

async function renderErrors() {
  const { errorsOf } = await import(pathToFileURL(join(root, 'packages/core/dist/errors.js')))
  const files = packages
    .map((name) => join(root, 'packages', name, 'dist/errors.js'))
    .filter((file) => existsSync(file))
  const catalogues = await Promise.all(files.map(async (file) => (await import(pathToFileURL(file))).CATALOGUE ?? {}))
  const rows = catalogues
    .flatMap((catalogue) => Object.keys(catalogue).map((code) => ({ code, make: errorsOf(catalogue) })))
    .sort((a, b) => (a.code < b.code ? -1 : 1))
    .map(({ code, make }) => {
      const details = new Proxy({}, { get: (_target, key) => `<${String(key)}>`, has: () => true })
      const error = make(code, details)
      const cell = (text) => (text ?? '').replaceAll('"', '').replaceAll('|', '\\|').replaceAll('<', '&lt;')
      return `| \`${code}\` | ${error.exit} | ${cell(error.message)} | ${cell(error.hint)} |`
    })
  const head = `# Errors\n\nMade from the catalogues of the packages by \`node scripts/docs.mjs\`. In JSON an error is \`{"ok": false, "error": {"code", "message", "hint", "details"}}\`.`
  return `${head}\n\n| code | exit | says | try |\n|---|---|---|---|\n${rows.join('\n')}\n`
}

let stale = 0
mkdirSync(reference, { recursive: true })
for (const [name, text] of [
  ['commands.md', renderCommands()],
  ['errors.md', await renderErrors()],
]) {
  const path = join(reference, name)
  let current = ''
  try {
    current = readFileSync(path, 'utf8')
  } catch {}
  if (current === text) continue
  if (check) {
    process.stderr.write(`docs/reference/${name} is out of date; run: node scripts/docs.mjs\n`)
    stale += 1
  } else writeFileSync(path, text)
}
process.exit(stale > 0 ? 1 : 0)
