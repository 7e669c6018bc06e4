/**
 * What a shell evaluates to complete `rally`. All three ask the hidden `rally __complete WORD…`, which reads the shipped
 * manifest and the room without starting the whole program; no answer at all means file names.
 */
export const SHELLS = ['bash', 'fish', 'zsh'] as const
export type Shell = (typeof SHELLS)[number]

const BASH = `_rally() {
  local line=("\${COMP_WORDS[@]:1:COMP_CWORD}") candidates
  if candidates=$(rally __complete "\${line[@]}" 2>/dev/null); then
    local IFS=$'\\n'
    COMPREPLY=($candidates)
  else
    COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
  fi
}
# A colon belongs to ids such as agent:coder-1a2b.
COMP_WORDBREAKS=\${COMP_WORDBREAKS//:/}
complete -F _rally rally
`

const ZSH = `#compdef rally
_rally() {
  local -a candidates
  local answer
  if answer=$(rally __complete "\${(@)words[2,CURRENT]}" 2>/dev/null); then
    candidates=("\${(@f)answer}")
    compadd -a -- candidates
  else
    _files
  fi
}
compdef _rally rally
`

const FISH = `function __rally_complete
    set -l words (commandline -opc) (commandline -ct)
    rally __complete $words[2..-1] 2>/dev/null
    or __fish_complete_path (commandline -ct)
end
complete -c rally -f -a '(__rally_complete)'
`

export function renderCompletionScript(shell: Shell): string {
  return { bash: BASH, fish: FISH, zsh: ZSH }[shell]
}
