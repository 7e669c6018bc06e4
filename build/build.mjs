// Builds everything, step by step: node build/build.mjs [--only=tsc]
// README.md beside it says what each step is for, what it saves and how it fails.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { bundleHook } from './bundle-hook.mjs'
import { bundleLibraries } from './bundle-libraries.mjs'
import { bundlePages } from './bundle-pages.mjs'
import { bundleHosts, bundlePluginCommands, bundleTransports } from './bundle-plugins.mjs'
import { bundleCompletion, bundleProgram } from './bundle-program.mjs'
import { compile } from './compile.mjs'
import { copyHelp } from './copy-help.mjs'
import { bundleLateFiles } from './late-files.mjs'
import { linkPackages } from './link-packages.mjs'
import { writePluginFolders } from './plugin-folders.mjs'
import { removeStale } from './remove-stale.mjs'
import { cli } from './workspace.mjs'
import { writeDaily } from './write-daily.mjs'
import { writeKnownHosts } from './write-known-hosts.mjs'
import { writePluginManifests, writeProgramManifest } from './write-manifests.mjs'
import { writeSchemas } from './write-schemas.mjs'

const STEPS = [
  bundleLibraries,
  bundleHosts,
  bundleTransports,
  bundlePages,
  bundlePluginCommands,
  bundleHook,
  writePluginManifests,
  writePluginFolders,
  bundleProgram,
  writeDaily,
  writeKnownHosts,
  copyHelp,
  bundleLateFiles,
  bundleCompletion,
  writeProgramManifest,
  writeSchemas,
]

linkPackages()
removeStale()
compile()
if (!process.argv.includes('--only=tsc')) {
  for (const step of STEPS) await step()
  const size = statSync(join(cli, 'dist/rally.cjs')).size
  process.stdout.write(`built: rally.cjs ${Math.round(size / 1024)} kB\n`)
}
