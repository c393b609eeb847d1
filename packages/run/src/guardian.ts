import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { closeSync, openSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { GUARDIAN_SCRIPT } from "./guardian-script.ts";

/**
 * Ends what llorch started when llorch itself cannot any more (`kill -9`, a crash, the out-of-memory killer).
 *
 * It is a `sh` that waits for the end of a pipe which llorch holds open: when llorch is gone, for whatever reason, the
 * kernel closes it. Then it reads from a file, which llorch keeps up to date, what still runs, and ends that.
 */
export type Guardian = {
	/**
	 * Starts one process and notes its group. `start` must make it the leader of its own group, and hand `mark` on in its
	 * environment.
	 */
	guard<P extends { pid?: number | undefined }>(
		start: (mark: Record<string, string>) => P,
	): P;
	/** The group's first process has ended. What it left in the background on purpose is left alone. */
	release(group: number): void;
};

/**
 * The variable that tells one start from all others. A process exists for about a millisecond before llorch knows its id; if
 * llorch is killed just then (two of three `kill -9` during a burst of starts hit such a moment), the guardian finds the
 * process by its mark. The name does not begin with LLORCH_, because it is no setting.
 */
const MARK_VARIABLE = "__LLORCH_START";

/** Bytes of one entry in the file: long enough for a mark, and rewritten in place, so the file stays as small as what runs. */
const ENTRY_BYTES = 64;

/**
 * A guardian that is started with the first process it is given, and again should somebody have ended it. Its file is made in
 * TMPDIR, and has no name any more once it is open. Where file or guardian cannot be had, processes run without.
 */
export function createGuardian(
	env: Readonly<Record<string, string | undefined>>,
): Guardian {
	const token = randomUUID();
	let starts = 0;
	let post: Post | undefined;
	/** What runs, each at the place of its entry in the file; empty places are free. */
	const entries: (string | undefined)[] = [];

	const note = (place: number, entry: string | undefined) => {
		entries[place] = entry;
		post?.write(place, entry);
	};

	return {
		guard(start) {
			if (post === undefined || post.ended()) {
				post?.leave();
				post = takePost(env);
				entries.forEach((entry, place) => {
					post?.write(place, entry);
				});
			}
			const free = entries.indexOf(undefined);
			const place = free === -1 ? entries.length : free;
			const mark = `${token}.${starts++}.`;
			note(place, mark);
			let child: ReturnType<typeof start> | undefined;
			try {
				child = start({ [MARK_VARIABLE]: mark });
				return child;
			} finally {
				note(place, child?.pid === undefined ? undefined : String(child.pid));
			}
		},
		release(group) {
			const place = entries.indexOf(String(group));
			if (place !== -1) note(place, undefined);
		},
	};
}

type Post = {
	write(place: number, entry: string | undefined): void;
	ended(): boolean;
	leave(): void;
};

function takePost(
	env: Readonly<Record<string, string | undefined>>,
): Post | undefined {
	const path = join(env.TMPDIR || "/tmp", `llorch-guardian-${randomUUID()}`);
	try {
		const written = openSync(path, "wx", 0o600);
		const read = openSync(path, "r");
		unlinkSync(path);
		const shell = startShell(read, env.PATH);
		closeSync(read);
		return {
			// Into a file and not down the pipe, because a file is written at once, also where a runtime puts off what goes into
			// a pipe (Bun does); what is written survives the writer.
			write(place, entry = "") {
				try {
					writeSync(
						written,
						`${entry.padEnd(ENTRY_BYTES - 1)}\n`,
						place * ENTRY_BYTES,
					);
				} catch {
					// A full disk must not keep programs from running.
				}
			},
			ended: () =>
				shell.pid === undefined ||
				shell.exitCode !== null ||
				shell.signalCode !== null,
			leave: () => closeSync(written),
		};
	} catch {
		return undefined;
	}
}

function startShell(list: number, path = ""): ChildProcess {
	const shell = spawn("/bin/sh", ["-c", GUARDIAN_SCRIPT], {
		// Keeps no disk busy.
		cwd: "/",
		// grep, sleep and ps are elsewhere on some systems.
		env: { PATH: `/usr/bin:/bin:${path}` },
		// Its own session: neither Ctrl-C nor a closing terminal reaches it.
		detached: true,
		stdio: ["pipe", "ignore", "ignore", list],
	});
	shell.on("error", () => {});
	shell.stdin?.on("error", () => {});
	// Neither the process nor its pipe keeps llorch from ending.
	shell.unref();
	if (shell.stdin !== null) unref(shell.stdin);
	return shell;
}

function unref(stream: object): void {
	if ("unref" in stream && typeof stream.unref === "function") stream.unref();
}
