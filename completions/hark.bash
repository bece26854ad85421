# Completion of hark for bash. What there is to complete, hark's own help tells.

_hark() {
  local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} words
  if ((COMP_CWORD == 1)); then
    words=$(hark --help | sed -n 's/^  \([a-z]*\)  .*/\1/p')
  elif [[ $word == -* ]]; then
    words=$(hark "$command" --help | sed -n 's/^  \(--[a-z-]*\) .*/\1/p')
  elif [[ $command == quiet && " ${COMP_WORDS[*]:2:COMP_CWORD-2} " == *' --while '* ]]; then
    mapfile -t COMPREPLY < <(compgen -c -- "$word")
    return
  elif [[ $command == quiet ]] && ((COMP_CWORD == 2)); then
    words='on off status'
  elif [[ $command == mode ]] && ((COMP_CWORD == 2)); then
    words='list set add remove'
  elif [[ $command == mode ]]; then
    words=$(hark mode list 2>/dev/null)
  elif [[ $command == popups ]]; then
    words='on off status'
  elif [[ $command == inhibit ]]; then
    words='list clear'
  elif [[ $command == @(mute|unmute) ]]; then
    words=$(hark apps --json 2>/dev/null | sed -n 's/^{"app":"\([^"]*\)".*/\1/p')
  elif [[ $command == @(show|close|invoke|snooze|inspect|explain) ]]; then
    words=$(hark list --json 2>/dev/null | sed -n 's/^{"id":\([0-9]*\),.*/\1/p')
  elif [[ $command == config ]] && ((COMP_CWORD == 2)); then
    words='list get check path default'
  elif [[ $command == config && ${COMP_WORDS[2]} == get ]]; then
    words=$(hark config list 2>/dev/null | sed 's/ .*//')
  elif [[ $command == permission ]] && ((COMP_CWORD == 2)); then
    words='query request set reset list watch answer'
  elif [[ $command == permission ]] && ((COMP_CWORD == 3)); then
    words=$(hark permission list --json 2>/dev/null | sed -n 's/^{"app":"\([^"]*\)",.*/\1/p')
  elif [[ $command == permission && ${COMP_WORDS[2]} == set ]]; then
    words='granted denied default'
  elif [[ $command == permission && ${COMP_WORDS[2]} == answer ]]; then
    words='granted denied dismissed'
  elif [[ $command == badge ]] && ((COMP_CWORD == 2)); then
    words='list set clear'
  elif [[ $command == badge ]] && ((COMP_CWORD == 3)); then
    words=$(hark apps --json 2>/dev/null | sed -n 's/^{"app":"\([^"]*\)".*/\1/p')
  elif [[ $command == rules ]] && ((COMP_CWORD == 2)); then
    words='check test'
  elif [[ $command == @(config|rules) ]]; then
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
    return
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -F _hark hark
