import type { ArgumentSchema } from '../tool-declaration.js'

export const STRING: ArgumentSchema = { type: 'string' }
export const BOOLEAN: ArgumentSchema = { type: 'boolean' }
export const STRINGS: ArgumentSchema = { type: 'array', items: { type: 'string' } }

export const READS = { readOnlyHint: true } as const
