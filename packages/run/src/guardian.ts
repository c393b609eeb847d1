import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";

/**
 * Ends what llorch started when llorch itself cannot any more (`kill -9`, a crash, the out-of-memory killer).
 *
 * It is a POSIX `sh` that reads from a pipe which process groups run. llorch holds the only write end, so when llorch is
 * gone, for whatever reason, the kernel closes it, and the guardian ends every group still on its list.
 */
export type Guardian = {
	/**
	 * Starts one process and puts its group on the list. `start` must make it the leader of its own group, and hand
	 * `mark` on in its environment.
	 */
	guard<P extends { pid?: number | undefined }>(
		start: (mark: Record<string, string>) => P,
	): P;
	/** The group's first process has ended. What it left in the background on purpose is left alone. */
	release(group: number): void;
};

/**
 * The variable that tells one start from all others. A process exists for about a millisecond before llorch knows
 * its id; killed in just that moment (two of three `kill -9` during a burst of starts hit one), llorch has announced the
 * mark but not the group, and the guardian finds the process by it. Does not begin with LLORCH_: it is no setting.
 */
export const MARK_VARIABLE = "__LLORCH_START";

// The write end closes in a child only when it has become the new program, so at the end of input a marked process has
// its environment; it is looked for twice all the same, because Linux fills /proc/PID/environ a moment later.
// Nobody waits for the guardian, so `sleep` in a loop is good enough: TERM, and KILL for what is left a second later.
const SCRIPT = `
trap '' HUP INT QUIT TERM
groups=' '
mark=
while read -r word value; do
	case $word in
	starting) mark=$value ;;
	started) mark= groups="$groups$value " ;;
	ended)
		case $groups in
		*" $value "*) groups="\${groups%%" $value "*} \${groups#*" $value "}" ;;
		esac ;;
	esac
done
find_marked() {
	if [ -r /proc/self/environ ]; then
		for file in $(grep -l -F -e "$mark" /proc/[0-9]*/environ); do
			file=\${file#/proc/}
			groups="$groups\${file%/environ} "
		done
	else
		groups="$groups$(ps -A -E -ww -o pid= -o command= | grep -F -e "$mark" | while read -r pid rest; do printf '%s ' "$pid"; done)"
	fi
}
signal_all() {
	alive=
	for group in $groups; do
		if kill -s "$1" -- "-$group"; then alive=yes; fi
	done
}
case $mark in ?*) find_marked; sleep 0.1; find_marked ;; esac
signal_all TERM
signal_all CONT
for wait in 1 2 3 4 5 6 7 8 9 10; do
	case $alive in '') exit ;; esac
	sleep 0.1 || sleep 1
	signal_all 0
done
signal_all KILL
`;

/** A guardian that is started with the first process it is given, and again should somebody have ended it. */
export function createGuardian(): Guardian {
	const groups = new Set<number>();
	const token = randomUUID();
	let starts = 0;
	let shell: ChildProcess | undefined;

	const tell = (word: string, value: string | number) =>
		shell?.stdin?.write(`${word} ${value}\n`);

	return {
		guard(start) {
			if (shell === undefined) {
				shell = startShell(() => {
					shell = undefined;
				});
				for (const group of groups) tell("started", group);
			}
			const mark = `${token}.${starts++}.`;
			tell("starting", mark);
			const child = start({ [MARK_VARIABLE]: mark });
			if (child.pid !== undefined) {
				groups.add(child.pid);
				tell("started", child.pid);
			}
			return child;
		},
		release(group) {
			if (groups.delete(group)) tell("ended", group);
		},
	};
}

function startShell(onEnd: () => void): ChildProcess {
	// Its own session, so that neither Ctrl-C nor a closing terminal reaches it; "/", so that it keeps no disk busy.
	const shell = spawn("/bin/sh", ["-c", SCRIPT], {
		cwd: "/",
		env: { PATH: "/usr/bin:/bin" },
		detached: true,
		stdio: ["pipe", "ignore", "ignore"],
	});
	shell.once("error", onEnd).once("exit", onEnd);
	shell.stdin.on("error", onEnd);
	// Neither the process nor its pipe keeps llorch from ending.
	shell.unref();
	unref(shell.stdin);
	return shell;
}

function unref(stream: object): void {
	if ("unref" in stream && typeof stream.unref === "function") stream.unref();
}
