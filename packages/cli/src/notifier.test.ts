import { chmodSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Notifier } from './notifier.js'

let folder: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'rally notice ')))
  writeFileSync(
    join(folder, 'say'),
    `#!/bin/sh\nprintf '<%s>' "$@" >> "${folder}/said"\nprintf '\\n' >> "${folder}/said"\n`,
  )
  chmodSync(join(folder, 'say'), 0o755)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const said = () =>
  existsSync(join(folder, 'said')) ? readFileSync(join(folder, 'said'), 'utf8').trim().split('\n') : []
const notice = (key: string, text = key) => ({ kind: 'asked' as const, key, text })
const notifier = (...args: string[]) => new Notifier([join(folder, 'say'), ...args], { ...process.env, HOME: folder })

it('runs the command once for each new matter, its words as one argument, whatever they hold', async () => {
  const one = notifier('{kind}', '{title}', '{text}', 'as it is')
  const words = '$(touch x); `id` "q" {json} {text}'
  expect(await one.tell([notice('a', words)], 'shop')).toBeUndefined()
  await one.tell([notice('a', words)], 'shop')
  expect(said()).toEqual([`<asked><rally: shop><${words}><as it is>`])
  expect(existsSync(join(folder, 'x'))).toBe(false)
  await one.tell([], 'shop')
  await one.tell([notice('a', 'again')], 'shop')
  expect(said()).toHaveLength(2)
})

it('tells many at once as a number, and what was there before not at all', async () => {
  const one = notifier('{json}')
  one.know([notice('old')])
  await one.tell([notice('old'), ...Array.from({ length: 9 }, (_, index) => notice(`n${index}`))], 'shop')
  expect(said()).toHaveLength(6)
  expect(said().at(-1)).toContain('and 4 more: rally status')
  expect(JSON.parse(said()[0]?.slice(1, -1) ?? '')).toEqual({ text: 'rally: shop: n0', kind: 'asked' })
})

it('says why a person was not told', async () => {
  const missing = new Notifier([join(folder, 'nobody')], { PATH: process.env.PATH, HOME: folder })
  expect(await missing.tell([notice('a')], 'shop')).toContain('could not be run')
  expect(await new Notifier(['false'], { ...process.env, HOME: folder }).tell([notice('a')], 's')).toBe(
    'false ended with 1',
  )
})
