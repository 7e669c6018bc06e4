import type { CommandCall } from './command-call.js'
import { patchPaths } from './patch-paths.js'
import { hasAny, splitOptions } from './split-options.js'

/** `apply_patch <<'EOF' …` and `apply_patch '*** Begin Patch …'`. */
export function applyPatch(call: CommandCall): void {
  const argument = call.args[0]?.text
  const text = call.input ?? (argument?.startsWith('*** Begin Patch') === true ? argument : undefined)
  for (const path of patchPaths(text ?? '')) call.write(path)
}

/** `patch -p1 <<'EOF' …` and `patch FILE`. */
export function patch(call: CommandCall): void {
  const split = splitOptions(call.args, {
    values: 'pidDorzBVYFg',
    longValues: ['strip', 'input', 'directory', 'output', 'reject-file', 'fuzz'],
  })
  if (split.uncertain || hasAny(split, 'dry-run', 'C', 'check', 'd', 'directory')) return
  const output = split.values.get('o') ?? split.values.get('output')
  if (output !== undefined) call.write(output[0])
  else if (split.operands.length > 0) call.write(split.operands[0])
  else {
    const strip = (split.values.get('p') ?? split.values.get('strip'))?.[0]?.text
    if (strip !== undefined && /^[0-9]{1,2}$/.test(strip)) diffPaths(call, Number(strip))
  }
}

const HUNK = /^@@ -[0-9]+(?:,([0-9]+))? \+[0-9]+(?:,([0-9]+))? @@/

/** Names the files of a unified diff. Two different names are a choice that only the program makes. */
export function diffPaths(call: CommandCall, strip: number, folder = call.folder): void {
  const how = folder === undefined ? {} : { folder }
  const lines = (call.input ?? '').split('\n')
  for (let at = 0; at < lines.length; at++) {
    const hunk = HUNK.exec(lines[at] ?? '')
    if (hunk !== null) at = hunkEnd(lines, at, Number(hunk[1] ?? 1), Number(hunk[2] ?? 1))
    else if (lines[at]?.startsWith('--- ') && lines[at + 1]?.startsWith('+++ ')) {
      const before = stripped(lines[at], strip)
      const after = stripped(lines[at + 1], strip)
      if (before === after || after === '/dev/null') call.write(before, how)
      else if (before === '/dev/null') call.write(after, how)
    }
  }
}

/** Lines of a hunk may look like headers; it says itself how many there are. */
function hunkEnd(lines: readonly string[], start: number, before: number, after: number): number {
  let at = start
  while ((before > 0 || after > 0) && at + 1 < lines.length) {
    at++
    const mark = lines[at]?.[0]
    if (mark !== '+') before--
    if (mark !== '-') after--
  }
  return at
}

function stripped(line: string | undefined, strip: number): string | undefined {
  const name = line?.slice(4).split('\t')[0]?.trim() ?? ''
  const parts = name.split('/')
  if (name === '/dev/null') return name
  return parts.length > strip ? parts.slice(strip).join('/') : undefined
}
