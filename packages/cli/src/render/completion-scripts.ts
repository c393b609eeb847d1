export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** The script a shell loads. All it does is ask `llorch __complete`, which gets the words up to the cursor. */
export function completionScript(shell: Shell): string {
	return SCRIPTS[shell];
}

const SCRIPTS: Readonly<Record<Shell, string>> = {
	// COMP_WORDBREAKS holds ":", which stands in `hf:org/repo`: the word is put together again, and the shell's part cut off.
	bash: `# llorch completion for bash: eval "$(llorch completion bash)" in ~/.bashrc
_llorch() {
	local words cword cur
	if declare -F _get_comp_words_by_ref >/dev/null; then
		_get_comp_words_by_ref -n : words cword cur
	else
		words=("\${COMP_WORDS[@]}") cword=$COMP_CWORD cur=\${COMP_WORDS[COMP_CWORD]}
	fi
	local IFS=$'\\n'
	COMPREPLY=($("\${words[0]}" __complete -- "\${words[@]:1:cword}" 2>/dev/null | cut -f1))
	if declare -F __ltrim_colon_completions >/dev/null; then
		__ltrim_colon_completions "$cur"
	fi
}
complete -o default -F _llorch llorch
`,
	zsh: `#compdef llorch
# llorch completion for zsh: llorch completion zsh > "\${fpath[1]}/_llorch"
_llorch() {
	local -a lines described
	lines=("\${(@f)$("\${words[1]}" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
	local line
	for line in $lines; do
		[[ -n $line ]] || continue
		described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
	done
	if (( \${#described} )); then _describe llorch described; else _files; fi
}
if [[ $funcstack[1] = _llorch ]]; then _llorch "$@"; else compdef _llorch llorch; fi
`,
	fish: `# llorch completion for fish: llorch completion fish > ~/.config/fish/completions/llorch.fish
function __llorch_complete
	set -l words (commandline --tokenize --cut-at-cursor --current-process) (commandline --cut-at-cursor --current-token)
	$words[1] __complete -- $words[2..] 2>/dev/null
end
complete --command llorch --no-files --condition 'test -n "$(__llorch_complete)"' --arguments '(__llorch_complete)'
`,
};
