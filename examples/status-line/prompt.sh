# The room above the prompt, where there is something to say.
PROMPT_COMMAND='rally_line=$(rally statusline --width 60 2>/dev/null)'
PS1='${rally_line:+$rally_line\n}\w \$ '
