import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { findRunningPrograms } from './running-programs.js'

it('finds a program by its own name and by the script that node runs, and nothing else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rally-running-'))
  symlinkSync(process.execPath, join(folder, 'quill-native'))
  writeFileSync(join(folder, 'quill-script.js'), 'setTimeout(() => {}, 60000); console.log("up")')
  const children = [
    spawn(join(folder, 'quill-native'), [join(folder, 'quill-script.js')]),
    spawn(process.execPath, [join(folder, 'quill-script.js'), 'quill-native']),
  ]
  onTestFinished(() => {
    for (const child of children) child.kill()
    rmSync(folder, { recursive: true, force: true })
  })
  await Promise.all(children.map((child) => new Promise((resolve) => child.stdout.once('data', resolve))))
  const found = findRunningPrograms(['quill-native', 'quill-script'], process.pid)
  expect(found).toContainEqual({ name: 'quill-native', pid: children[0]?.pid })
  expect(found).toContainEqual({ name: 'quill-script', pid: children[1]?.pid })
  expect(found).toHaveLength(2)
  expect(findRunningPrograms(['quill-native'], children[0]?.pid ?? 0)).toEqual([])
  expect(findRunningPrograms([], process.pid)).toEqual([])
})
