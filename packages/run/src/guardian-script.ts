/**
 * What the guardian does, for any POSIX shell: standard input ends when llorch does, and file descriptor 3 lists what then still
 * runs, one entry a line: the id of a process group, or the mark (it holds dots) of a process whose id llorch had no time to note.
 *
 * A child closes its copy of our pipe only by becoming the new program, so at the end of input a marked process has its
 * environment already. It is looked for twice all the same: Linux fills /proc/PID/environ a moment later.
 */
export const GUARDIAN_SCRIPT = `
trap '' HUP INT QUIT TERM
read -r end_of_llorch

groups= marks=
while read -r entry; do
	case $entry in
	'') ;;
	*.*) marks="$marks -e $entry" ;;
	*) groups="$groups $entry" ;;
	esac
done <&3

find_marked() {
	if [ -r /proc/self/environ ]; then
		for file in $(grep -l -F $marks /proc/[0-9]*/environ); do
			file=\${file#/proc/}
			groups="$groups \${file%/environ}"
		done
	else
		groups="$groups $(ps -A -E -ww -o pid= -o command= | grep -F $marks | while read -r pid rest; do echo "$pid"; done)"
	fi
}
signal_all() {
	alive=
	for group in $groups; do
		if kill -s "$1" -- "-$group"; then alive=yes; fi
	done
}

if [ -n "$marks" ]; then
	find_marked
	sleep 0.1
	find_marked
fi
signal_all TERM
signal_all CONT
for wait in 1 2 3 4 5 6 7 8 9 10; do
	if [ -z "$alive" ]; then exit; fi
	sleep 0.1 || sleep 1
	signal_all 0
done
signal_all KILL
`;
