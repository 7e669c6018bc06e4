import type { DoctorOutput } from '@rally/core/model/outputs/doctor'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { Finding, Severity } from '../../doctor/check.js'
import type { Style, Terminal } from '../../terminal.js'

const WORDS: Readonly<Record<Severity, (style: Style) => string>> = {
  ok: (style) => style.green('ok     '),
  info: (style) => style.cyan('note   '),
  warning: (style) => style.yellow('warning'),
  error: (style) => style.red('broken '),
}

export function toJson(findings: readonly Finding[]): DoctorOutput {
  const broken = findings.filter(({ severity }) => severity === 'error').length
  return { checks: findings.map((finding) => ({ ...finding })), broken }
}

/** One line per finding, its place and its one fix below it. */
export function toText(findings: readonly Finding[], { style }: Terminal): string {
  const width = Math.max(0, ...findings.map((finding) => finding.code.length))
  const indent = ' '.repeat(9 + width + 2)
  return findings
    .flatMap(({ code, severity, message, place, fix }) => [
      `${WORDS[severity](style)}  ${code.padEnd(width)}  ${cleanLine(message)}`,
      ...(place === null ? [] : [`${indent}${style.dim(cleanLine(place))}`]),
      ...(fix === null ? [] : [`${indent}try: ${cleanLine(fix)}`]),
    ])
    .join('\n')
}
