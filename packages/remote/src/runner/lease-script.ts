/** The variable that all processes of a lease have. */
export const LEASE_VARIABLE = "__LLORCH_LEASE";

/** Where a lease keeps process groups on systems without /proc. */
export function leaseFolder(lease: string): string {
	return `"$HOME"/.llorch/leases/${lease}`;
}

/**
 * What guards a connection's processes on the host, for any POSIX shell. It reads orders from its input: `ping`
 * (we are here; answered with `pong`), `end MARK GROUP` (end one command),
 * `size GROUP SIZE` (of its terminal, as `stty` takes it), `bye` (all is done; `pong`). When no ping came for `seconds`, because
 * the link, the machine or llorch is gone, it ends every process that has the lease's name in its environment: also those
 * that left their process group. 0: nobody is ended.
 *
 * @param lease letters, digits and dashes
 */
export function leaseScript(options: {
	lease: string;
	token: string;
	/** Whole seconds without a ping until all is over. */
	seconds: number;
	/** Seconds between TERM and KILL. */
	graceSeconds: number;
}): string {
	const { lease, token, seconds, graceSeconds } = options;
	const folder = leaseFolder(lease);
	return `
trap '' HUP INT QUIT PIPE
find_marked() {
	if [ -r /proc/self/environ ]; then
		for file in $(grep -l -F "${LEASE_VARIABLE}=$1" /proc/[0-9]*/environ); do
			file=\${file#/proc/}
			echo "\${file%/environ}"
		done
	else
		case $1 in
		*.*) ;;
		*) ls ${folder} ;;
		esac
	fi
}
signal_all() {
	alive=
	for process in $2 $(find_marked "$1"); do
		kill -s "$3" -- "-$process" && alive=yes
		kill -s "$3" "$process" && alive=yes
	done
}
end_all() {
	signal_all "$1" "$2" TERM
	signal_all "$1" "$2" CONT
	waited=0
	while [ "$waited" -lt ${graceSeconds * 5} ]; do
		if [ -z "$alive" ]; then return; fi
		sleep 0.2 || sleep 1
		waited=$((waited + 1))
		signal_all "$1" "$2" 0
	done
	for again in 1 2 3 4 5; do
		signal_all "$1" "$2" KILL
		if [ -z "$alive" ]; then return; fi
		sleep 0.1 || sleep 1
	done
}
watch_pings() {
	silent=0 nap=
	trap 'silent=0' USR1
	trap 'kill $nap; exit' TERM
	while [ "$silent" -lt ${seconds} ]; do
		sleep 1 &
		nap=$!
		wait $nap || kill $nap
		silent=$((silent + 1))
	done
	end_all ${lease} ""
	test -d /proc/self || rm -rf ${folder}
	kill -s TERM $$
}
watcher=
if [ ${seconds} -gt 0 ]; then
	watch_pings </dev/null >/dev/null 2>&1 &
	watcher=$!
fi
echo ${token} $$
while read -r order mark group; do
	case $order in
	ping)
		test -z "$watcher" || kill -s USR1 $watcher
		echo pong
		;;
	size)
		terminal=$(ps -o tty= -p "$mark")
		stty $group <"/dev/\${terminal%% *}"
		;;
	end) end_all "$mark" "$group" </dev/null >/dev/null 2>&1 & ;;
	bye)
		echo pong
		test -z "$watcher" || kill -s TERM $watcher
		test -d /proc/self || rm -rf ${folder}
		exit
		;;
	esac
done 2>/dev/null
`;
}
