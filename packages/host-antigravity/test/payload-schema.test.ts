import fs from 'node:fs'
import { payloadSchemas } from '@rally/conformance'
import { describe, it } from 'vitest'
import factory from '../src/adapter.js'
import { PAYLOAD_SCHEMAS } from './payload-schema.js'

const folders = ['../fixtures/'].map((name) => new URL(name, import.meta.url))
const payloads = folders.flatMap((folder) =>
  fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.json') && !name.includes('_env'))
    .map((name) => ({ name, payload: JSON.parse(fs.readFileSync(new URL(name, folder), 'utf8')) })),
)

payloadSchemas({ describe, it }, factory, { schemas: PAYLOAD_SCHEMAS, payloads })
