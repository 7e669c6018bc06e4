import type { DoctorOutput } from '@rally/core/model/outputs/doctor'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import { type Finding, NO_HOOKS, type Severity } from '../../doctor/check.js'
import type { Style, Terminal } from '../../terminal.js'
import { plural } from '../text/lines.js'

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

/**
 * What was repaired (the first `fixed`), what is wrong or not set up yet, its place and its one fix below it, then a sum; with
 * `all` every check.
 */
export function toText(
  findings: readonly Finding[],
  { style, all, fixed }: Terminal & { readonly all: boolean; readonly fixed: number },
): string {
  const shown = all
    ? findings
    : findings.filter(
        ({ code, severity }, at) => at < fixed || severity === 'error' || severity === 'warning' || code === NO_HOOKS,
      )
  const width = Math.max(0, ...shown.map((finding) => finding.code.length))
  const indent = '  '
  const lines = shown.flatMap(({ code, severity, message, place, fix }) => [
    `${WORDS[severity](style)}  ${code.padEnd(width)}  ${cleanLine(message)}`,
    ...(place === null ? [] : [`${indent}${style.dim(cleanLine(place))}`]),
    ...(fix === null ? [] : [`${indent}try: ${cleanLine(fix)}`]),
  ])
  return [...lines, sum(findings)].join('\n')
}

function sum(findings: readonly Finding[]): string {
  const of = (severity: Severity): number => findings.filter((finding) => finding.severity === severity).length
  const [errors, warnings] = [of('error'), of('warning')]
  const wrong = [
    ...(errors > 0 ? [plural(errors, 'problem')] : []),
    ...(warnings > 0 ? [plural(warnings, 'warning')] : []),
  ].join(', ')
  const none = findings.some(({ code }) => code === NO_HOOKS) ? '; hooks are not installed yet' : ''
  return `${plural(findings.length, 'check')}: ${wrong === '' ? `nothing is wrong${none}` : wrong}`
}
