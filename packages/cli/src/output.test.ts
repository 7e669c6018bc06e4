import { expect, it } from 'vitest'
import { renderJson, renderJsonLine } from './output.js'

it('sorts keys at every depth, indents by two, leaves out what is undefined', () => {
  expect(renderJson({ b: [{ d: 1, c: undefined }], a: null })).toBe(
    '{\n  "a": null,\n  "b": [\n    {\n      "d": 1\n    }\n  ]\n}\n',
  )
})

it('is plain ASCII', () => {
  const text = 'ü \u2028 \u202e 😀 \u009b'
  const json = renderJson({ text })
  expect(/^[\n -~]*$/.test(json)).toBe(true)
  expect(JSON.parse(json)).toEqual({ text })
  expect(JSON.parse(renderJsonLine({ text }))).toEqual({ text })
})

it('keeps a key named __proto__ a key', () => {
  expect(JSON.parse(renderJson(JSON.parse('{"__proto__": {"x": 1}, "a": 2}'))).a).toBe(2)
  expect(({} as Record<string, unknown>).x).toBeUndefined()
})
