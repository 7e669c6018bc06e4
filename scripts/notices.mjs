// The licences of what other people wrote and what our bundles contain: node scripts/notices.mjs [--write]
// Without --write it only says whether the files are as they should be; scripts/check.mjs licence does that.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { root } from './ready.mjs'

const FILE = 'THIRD-PARTY-NOTICES.txt'
const HEAD = `The files in dist/ contain code of the following packages, or parts of it, under their licences.
`

/** What is bundled into each package that is published as a bundle. */
const ENTRIES = {
  cli: [
    'cli/dist/program.js',
    'cli/dist/complete.js',
    'boundary/dist/scan-javascript.js',
    'boundary/dist/scan-python.js',
    'mcp/dist/serve.js',
    'board/dist/web/run-web.js',
    'board/dist/top/run-top.js',
    'core/dist/model/configuration.js',
  ],
  boundary: ['boundary/dist/commands.js'],
  mcp: ['mcp/dist/commands.js'],
  board: ['board/dist/commands.js'],
  local: ['local/dist/index.js'],
  'transport-nats': ['transport-nats/dist/transport.js'],
}

/** Folders of the packages of which something is in the bundles. */
async function bundledFolders(entries) {
  const { metafile } = await build({
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    conditions: ['rally-internal'],
    entryPoints: entries.map((entry) => `packages/${entry}`),
    outdir: 'nowhere',
    write: false,
    metafile: true,
    logLevel: 'silent',
  })
  const folders = new Set()
  for (const { inputs } of Object.values(metafile.outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const folder = path.match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//)?.[1]
      if (folder !== undefined && bytesInOutput > 0) folders.add(join(root, folder))
    }
  }
  return [...folders]
}

function noticeOf(folder) {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder)
    .sort()
    .find((one) => /^(licen[cs]e|copying)(\.(md|txt))?$/i.test(one))
  const holder = typeof author === 'string' ? author : author?.name
  const text =
    file === undefined ? `Copyright: ${holder ?? 'its authors'}` : readFileSync(join(folder, file), 'utf8').trim()
  return { title: `${name} ${version} (${license})`, text: text.replace(/\r\n/g, '\n') }
}

/** Folders of what other people wrote and what is bundled into the package `packages/NAME`. */
export async function bundledPackages(name) {
  const there = (ENTRIES[name] ?? []).filter((entry) => existsSync(join(root, 'packages', entry)))
  return there.length === 0 ? [] : bundledFolders(there)
}

/** The notices of every package: where they belong and what they say. */
export async function thirdPartyNotices() {
  const present = Object.keys(ENTRIES).filter((name) => existsSync(join(root, 'packages', name)))
  const files = present.map(async (name) => {
    const notices = (await bundledPackages(name)).map(noticeOf)
    // Of one licence text all packages that it stands for are named.
    const parts = [...titlesByText(notices)].map(([text, titles]) => `${[...titles].sort().join('\n')}\n\n${text}\n`)
    const line = `\n${'-'.repeat(80)}\n\n`
    return { path: join(root, 'packages', name, FILE), text: [HEAD, ...parts.sort()].join(line) }
  })
  return Promise.all(files)
}

function titlesByText(notices) {
  const titles = new Map()
  for (const { title, text } of notices) titles.set(text, new Set([...(titles.get(text) ?? []), title]))
  return titles
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { path, text } of await thirdPartyNotices()) {
    if (process.argv.includes('--write')) writeFileSync(path, text)
    else if (!existsSync(path) || readFileSync(path, 'utf8') !== text) process.stdout.write(`${path} is out of date\n`)
  }
}
