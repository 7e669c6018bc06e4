import type { HostsNewOutput } from '@rally/core/model/outputs/hosts-new'
import { quoteForShell } from '@rally/core/rules/text/quote-for-shell'

export function toJson(made: Omit<HostsNewOutput, 'next_steps'>): HostsNewOutput {
  return {
    ...made,
    next_steps: [`cd ${quoteForShell(made.folder)}`, 'npm install', 'npm test', 'rally plugins link .'],
  }
}

export function toText({ folder, files, next_steps }: HostsNewOutput): string {
  return [
    `${folder}`,
    ...files.map((file) => `  ${file}`),
    '',
    'next:',
    ...next_steps.map((step) => `  ${step}`),
    'the course: node_modules/@rally/plugin-kit/README.md',
  ].join('\n')
}
