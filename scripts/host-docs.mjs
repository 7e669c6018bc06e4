// Writes what can be derived from the host adapters: the tables of docs/reference/hosts.md and of README.md, and each package's
// templates/hooks.json. `--check` writes nothing and fails when something is out of date. Needs `npm run build`.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { fillSection, table } from './sections.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const packages = join(root, 'packages')
const load = (...path) => import(pathToFileURL(join(packages, ...path)))

const MOMENTS = [
  'session-start',
  'prompt',
  'before-edit',
  'after-edit',
  'turn-end',
  'session-end',
  'child-start',
  'child-end',
]

async function readHosts() {
  const { createHostApi } = await load('core/dist/moments/index.js')
  const hosts = []
  for (const folder of readdirSync(packages).sort()) {
    const manifest = join(packages, folder, 'package.json')
    if (!existsSync(manifest)) continue
    const pkg = JSON.parse(readFileSync(manifest, 'utf8'))
    if (!pkg.rally?.host) continue
    const { default: factory } = await load(folder, 'dist/adapter.js')
    hosts.push({ folder, pkg, adapter: factory(createHostApi()) })
  }
  return hosts
}

const code = (text) => `\`${String(text).replaceAll('|', '\\|')}\``

function capabilityTable(hosts) {
  const yes = (value) => (value ? 'yes' : 'no')
  return table(
    ['host', 'id', 'plugin', 'can deny an edit', 'tells subagents apart', 'longest text', 'timeouts in'],
    hosts.map(({ pkg, adapter: { id, title, capabilities: c } }) => [
      title,
      code(id),
      code(pkg.name),
      yes(c.deny),
      yes(c.children),
      `${c.textLimit.toLocaleString('en')} characters`,
      c.timeoutUnit,
    ]),
  )
}

function momentTable(hosts) {
  const cell = ({ capabilities: { moments, context } }, name) =>
    !moments.includes(name) ? '-' : context.includes(name) ? 'speaks' : 'listens'
  return table(
    ['host', ...MOMENTS],
    hosts.map(({ adapter }) => [adapter.title, ...MOMENTS.map((name) => cell(adapter, name))]),
  )
}

const EVIDENCE = {
  run: 'runs of the program',
  source: 'read in the program',
  documentation: 'documentation; not seen in a run',
  others: 'measurements that others published',
}

/** What of a host is known in which way. */
function evidenceTable(hosts) {
  const facts = (known) => [
    ['events and payloads', known],
    ['where text reaches the model', known.context ?? known],
    ['refusing an edit', known.deny ?? known],
  ]
  const rows = hosts.flatMap(({ adapter }) =>
    adapter.known === undefined
      ? []
      : facts(adapter.known).map(([what, { by, version }]) => [adapter.title, what, EVIDENCE[by], version ?? '-']),
  )
  return table(['host', 'what', 'how known', 'version'], rows)
}

function fileTable(hosts) {
  const files = hosts.flatMap(({ adapter }) =>
    [...adapter.configFiles, ...(adapter.programFiles ?? [])].map((file) => ({ title: adapter.title, file })),
  )
  return table(
    ['host', 'scope', 'file', 'moved by'],
    files.map(({ title, file }) => [
      title,
      file.scope,
      code(file.scope === 'user' ? `~/${file.path}` : file.path),
      movedBy(file),
    ]),
  )
}

function movedBy({ homeVariable, rootVariable }) {
  if (homeVariable) return `${code(homeVariable)} (the folder)`
  return rootVariable ? `${code(rootVariable)} (the home folder)` : '-'
}

function eventTable(hosts) {
  const rows = hosts.flatMap(({ adapter }) =>
    (adapter.configFiles[0]?.entries ?? []).map(({ event, value }) => [
      adapter.title,
      code(event),
      value.matcher === undefined ? '-' : code(value.matcher),
    ]),
  )
  return table(['host', 'event', 'matcher'], rows)
}

function trustList(hosts) {
  return hosts
    .flatMap(({ adapter }) =>
      [...adapter.configFiles, ...(adapter.programFiles ?? [])].flatMap((file) =>
        (file.trustSteps ?? []).map((step) => `- ${adapter.title}, ${file.scope} scope: ${step}`),
      ),
    )
    .join('\n')
}

/** What a reader of README wants to know; those that come with the program first. */
function overviewTable(hosts) {
  const bundled = JSON.parse(readFileSync(join(packages, 'cli/package.json'), 'utf8')).oclif.plugins
  const comes = ({ pkg }) => bundled.includes(pkg.name)
  const warned = ({ adapter: { capabilities: c } }) =>
    c.context.includes('before-edit')
      ? 'before the edit'
      : c.context.includes('after-edit')
        ? 'right after the edit'
        : 'not; the edit can be refused'
  // A version of a program that nobody here ran.
  const live = ({ adapter: { known } }) =>
    known?.by === 'documentation' && known.version ? ' (from its documentation; not yet seen live)' : ''
  return table(
    ['host', 'comes with Rally', 'warned about a collision'],
    [...hosts.filter(comes), ...hosts.filter((host) => !comes(host))].map((host) => [
      host.adapter.title,
      comes(host) ? 'yes' : code(`rally plugins install ${host.pkg.name}`),
      warned(host) + live(host),
    ]),
  )
}

/** What an installation makes of a file that does not exist yet. */
function template({ empty, entries }) {
  const content = JSON.parse(empty)
  for (const { at, value } of entries) {
    let place = content
    for (const key of at.slice(0, -1)) {
      place[key] ??= {}
      place = place[key]
    }
    const last = at.at(-1)
    place[last] = [...(place[last] ?? []), value]
  }
  return `${JSON.stringify(content, null, 2)}\n`
}

/** Page -> its sections. */
function sectionsOf(hosts) {
  return {
    'docs/reference/hosts.md': {
      capabilities: capabilityTable(hosts),
      moments: momentTable(hosts),
      evidence: evidenceTable(hosts),
      files: fileTable(hosts),
      events: eventTable(hosts),
      trust: trustList(hosts),
    },
    'README.md': { hosts: overviewTable(hosts) },
  }
}

function templatesOf(hosts) {
  return hosts
    .filter(({ adapter }) => adapter.configFiles.length > 0)
    .flatMap(({ folder, adapter }) =>
      // What `rally hooks install` writes, and the same for those who install the package as a plugin of the host itself.
      ['templates/hooks.json', 'hooks/hooks.json']
        .filter((file) => existsSync(join(packages, folder, dirname(file))))
        .map((file) => [join(packages, folder, file), template(adapter.configFiles[0])]),
    )
}

/** The manifests by which a host takes the package for a plugin of its own carry the version of the package. */
function manifestsOf(hosts) {
  const names = [
    '.claude-plugin/plugin.json',
    '.codex-plugin/plugin.json',
    '.cursor-plugin/plugin.json',
    'gemini-extension.json',
  ]
  return hosts.flatMap(({ folder }) => {
    const { version } = JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8'))
    return names
      .map((name) => join(packages, folder, name))
      .filter((file) => existsSync(file))
      .map((file) => [file, readFileSync(file, 'utf8').replace(/("version": )"[^"]*"/, `$1"${version}"`)])
  })
}

const hosts = await readHosts()
if (process.argv.includes('--check')) check()
else write()

/** Line by line, so that a checkout without one of the host packages passes. */
function check() {
  const problems = []
  for (const [page, sections] of Object.entries(sectionsOf(hosts))) {
    const lines = new Set(readFileSync(join(root, page), 'utf8').split('\n'))
    for (const [name, content] of Object.entries(sections)) {
      const missing = content.split('\n').filter((line) => !lines.has(line))
      for (const line of missing) problems.push(`${page}, ${name}: ${line}`)
    }
  }
  for (const [file, text] of [...templatesOf(hosts), ...manifestsOf(hosts)]) {
    if (!existsSync(file) || readFileSync(file, 'utf8') !== text) problems.push(relative(root, file))
  }
  for (const problem of problems) process.stderr.write(`out of date: ${problem}\n`)
  if (problems.length > 0) process.stderr.write('run: node scripts/host-docs.mjs\n')
  process.exitCode = problems.length > 0 ? 1 : 0
}

function write() {
  const pages = Object.entries(sectionsOf(hosts)).map(([page, sections]) => {
    let text = readFileSync(join(root, page), 'utf8')
    for (const [name, content] of Object.entries(sections)) text = fillSection(text, name, content)
    return [join(root, page), text]
  })
  for (const [file, content] of [...pages, ...templatesOf(hosts), ...manifestsOf(hosts)]) {
    if (existsSync(file) && readFileSync(file, 'utf8') === content) continue
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
    process.stdout.write(`wrote ${relative(root, file)}\n`)
  }
}
