import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { allPackages, cli, packages } from './workspace.mjs'

/** JSON Schemas of every command's output: our own from the zod models in core, a plugin's from its `outputs` folder. */
export async function writeSchemas() {
  await writeSchemasOf(join(packages, 'core/dist/model/outputs'), join(cli, 'schemas'))
  for (const { folder } of allPackages()) {
    if (existsSync(join(folder, 'dist/outputs')))
      await writeSchemasOf(join(folder, 'dist/outputs'), join(folder, 'schemas'))
  }
}

async function writeSchemasOf(folder, target) {
  rmSync(target, { recursive: true, force: true })
  if (!existsSync(folder)) return
  mkdirSync(target, { recursive: true })
  const { z } = await import('zod')
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.js'))) {
    const module = await import(pathToFileURL(join(folder, file)))
    if (!module.outputSchema) continue
    const name = `rally.${basename(file, '.js')}.v1.json`
    const schema = z.toJSONSchema(module.outputSchema, { io: 'output', unrepresentable: 'any' })
    writeFileSync(join(target, name), `${JSON.stringify({ $id: name, ...schema }, null, 2)}\n`)
  }
}
