import * as Args from '@oclif/core/args'
import { type Outcome, RallyCommand } from '../base-command.js'
import { renderCompletionScript, SHELLS, type Shell } from '../completion/scripts.js'

export default class Completion extends RallyCommand {
  static override summary = 'Print the completion script of a shell.'
  static override description = `Completes commands, flags and the ids of sessions, peers and channels.

bash: eval "$(rally completion bash)" in ~/.bashrc
zsh: eval "$(rally completion zsh)" in ~/.zshrc, after compinit
fish: rally completion fish > ~/.config/fish/completions/rally.fish`
  static override examples = ['<%= config.bin %> <%= command.id %> bash']
  static override args = {
    shell: Args.string({ ignoreStdin: true, description: 'Your shell.', required: true, options: [...SHELLS] }),
  }

  protected async execute(): Promise<Outcome> {
    const { args } = await this.parse(Completion)
    const shell = args.shell as Shell
    const script = renderCompletionScript(shell)
    return { json: { shell, script }, text: () => script, verbatim: true }
  }
}
