import type { UpgradeOutput } from '@rally/core/model/outputs/upgrade'

interface Asked extends Omit<UpgradeOutput, 'commands'> {
  /** Of the package. */
  readonly name: string
}

export function toJson({ name, ...asked }: Asked): UpgradeOutput {
  const commands = [`npm install --global ${name}@${asked.newest}`, 'rally plugins update', 'rally doctor']
  return { ...asked, commands: asked.newer ? commands : [] }
}

export function toText({ version, newest, newer, commands }: UpgradeOutput): string {
  if (!newer) return newest === version ? `${version} is the newest version` : `${version} is newer than ${newest}`
  return [`${newest} is newer than ${version}. To install it:`, ...commands.map((command) => `  ${command}`)].join('\n')
}
