# Prints what zsh offers at the end of a line, as it does at a tab: complete.zsh SCRIPT LINE
zmodload zsh/zpty || exit
zpty shell zsh -f -i
zpty -w shell "PROMPT=; autoload -Uz compinit; compinit -u -D; source ${(q)1}"
# The marks are in two pieces, so that they are none where the terminal echoes them; the first one is not to stand behind that.
zpty -w shell 'compadd () {
  if [[ " ${*[1,(i)--]} " == *" -"[OAD]* ]]; then builtin compadd "$@"; return; fi
  local -a offered
  builtin compadd -O offered "$@"
  (( $#offered )) && print -rl -- "" "="">"$^offered
}'
zpty -w shell 'finish () { print -r -- "="">>"; exit }; comppostfuncs=(finish)'
zpty -w -n shell "$2"$'\t'
zpty -r shell output '*=>>*'
for line in ${(f)output//$'\r'/}; do
  [[ $line == '=>'* && $line != '=>>' ]] && print -r -- ${line#=>}
done
exit 0
