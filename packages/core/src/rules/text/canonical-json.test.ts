import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { canonicalJson } from './canonical-json.js'

it('spells JSON as the reference does', () => {
  expect(canonicalJson({ b: [1, 'é', null], a: { d: true, c: 'x"y\n' }, u: undefined })).toBe(
    '{"a": {"c": "x\\"y\\n", "d": true}, "b": [1, "\\u00e9", null]}',
  )
  expect(canonicalJson([])).toBe('[]')
  expect(canonicalJson({})).toBe('{}')
})

it('sorts keys by code point', () => {
  expect(canonicalJson({ '\u{1f600}': 1, '\uff00': 2 })).toBe('{"\\uff00": 2, "\\ud83d\\ude00": 1}')
})

it('gives the fingerprint that the reference recorded for a refused handoff', () => {
  const payload = {
    session_id: 's1',
    to: 'peer',
    message: '',
    ownership: {
      owns: [],
      does_not_own: [],
      interface_contract: 'c',
      integration_checkpoint: 'i',
      allowed_tools: [],
      denied_tools: [],
    },
  }
  expect(createHash('sha256').update(canonicalJson(payload)).digest('hex')).toBe(
    'ede2b4ff1c943d0622ae3da351d43022dd11e05e491ae355cda8a45da4050ff6',
  )
})
