export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** The script a shell loads. All it does is ask `llorch __complete`, which gets the words up to the cursor. */
export function completionScript(shell: Shell): string {
	return SCRIPTS[shell];
}

const SCRIPTS: Readonly<Record<Shell, string>> = {
	// COMP_WORDBREAKS cuts words at ":", "@" and "=", as in `hf:org/repo` and `@gpu`: what stands together in the line is put
	// together again, and of the offers only what follows the last cut, readline's $2, is put in.
	bash: `# llorch completion for bash: eval "$(llorch completion bash)" in ~/.bashrc
_llorch() {
	local line=\${COMP_LINE:0:COMP_POINT} words=() count=0 at cur
	for ((at = 0; at < COMP_CWORD; at++)); do
		if ((at > 0)) && [[ $line != [[:space:]]* ]]; then
			words[count-1]+=\${COMP_WORDS[at]}
		else
			words[count++]=\${COMP_WORDS[at]}
		fi
		line=\${line#"\${line%%[![:space:]]*}"}
		line=\${line#"\${COMP_WORDS[at]}"}
	done
	cur=\${line#"\${line%%[![:space:]]*}"}
	if [[ $line != [[:space:]]* ]]; then
		cur=\${words[count-1]}$cur
		count=$((count - 1))
	fi
	local IFS=$'\\n'
	COMPREPLY=($("\${words[0]}" __complete -- "\${words[@]:1:count-1}" "$cur" 2>/dev/null | cut -f1))
	COMPREPLY=("\${COMPREPLY[@]#"\${cur%"$2"}"}")
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
