import { createHash } from "node:crypto";
import {
	type CommandRunner,
	capture,
	formatRunResult,
	LlorchError,
	quotePosix,
	type RunSpec,
	sanitize,
	succeeded,
	type Work,
} from "@llorch/core";
import { type TarFile, tarOf } from "./tar.ts";

/** Where a host keeps the builds of llorch. */
const BUILDS = ".llorch/bin";

/**
 * Puts a build at `~/.llorch/bin/<id>/` on a host: one archive, its sha256 compared over there, unpacked beside, tried, and renamed.
 * Until then, and whatever goes wrong, nothing has the final name. Throws LLORCH_REMOTE_DISK_FULL, LLORCH_REMOTE_SETUP_FAILED,
 * LLORCH_REMOTE_WRONG_PLATFORM.
 */
export async function* putBuild(
	runner: CommandRunner,
	options: {
		id: string;
		files: readonly TarFile[];
		/** Bytes of all files, for the bar. */
		totalBytes: number;
		/** Put it in the place of the same build that is there; else that one stays. */
		replace: boolean;
		signal: AbortSignal;
	},
): Work<void> {
	const { id, replace, signal } = options;
	const { host } = runner;
	// A folder of our own for every attempt: two at once do not meet.
	const made = await shell(runner, signal, [
		`mkdir -p ${BUILDS} && cd ${BUILDS} && mktemp -d ${quotePosix([`.${id}.XXXXXX`])}`,
	]);
	const name = made.trim();
	const folder = `~/${BUILDS}/${name}`;
	const hash = createHash("sha256");
	let sent = 0;
	async function* archive() {
		for await (const bytes of tarOf(options.files)) {
			hash.update(bytes);
			sent += bytes.length;
			yield bytes;
		}
	}
	try {
		const receiving = await runner.start(
			{ file: "sh", args: ["-c", "cat >archive.tar"], cwd: folder },
			{ stdin: archive(), signal },
		);
		const complaint = receive(receiving.output);
		let finished = false;
		const ended = receiving.done.finally(() => {
			finished = true;
		});
		const label = `llorch to ${host}`;
		const total = options.totalBytes;
		// A link that is lost while somebody looks at our progress is told when we go on.
		complaint.catch(() => {});
		ended.catch(() => {});
		while (!finished) {
			yield {
				type: "progress",
				task: `setup:${host}`,
				label,
				done: Math.min(sent, total - 1),
				total,
				unit: "bytes",
			};
			await Promise.race([ended, tick()]);
		}
		const result = await ended;
		signal.throwIfAborted();
		if (!succeeded(result))
			throw stepError(
				host,
				"writing the archive",
				formatRunResult(result),
				await complaint,
			);
		yield {
			type: "progress",
			task: `setup:${host}`,
			label,
			done: total,
			total,
			unit: "bytes",
		};
		await checkAndUnpack(runner, folder, hash.digest("hex"), signal);
		await tryOut(runner, { folder, id, signal });
		await place(runner, { name, id, replace, signal });
	} catch (error) {
		await shell(runner, new AbortController().signal, [
			`rm -rf ${quotePosix([`${BUILDS}/${name}`])}`,
		]).catch(() => {});
		throw error;
	}
}

async function receive(
	output: AsyncIterable<{ bytes: Uint8Array }>,
): Promise<string> {
	let text = "";
	for await (const { bytes } of output)
		text = (text + Buffer.from(bytes).toString()).slice(-2000);
	return text;
}

function tick(): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, 100));
}

async function checkAndUnpack(
	runner: CommandRunner,
	folder: string,
	digest: string,
	signal: AbortSignal,
): Promise<void> {
	const found = await shell(
		runner,
		signal,
		[
			"{ sha256sum archive.tar || shasum -a 256 archive.tar || openssl dgst -sha256 -r archive.tar; } 2>/dev/null",
		],
		folder,
	);
	if (found.split(" ")[0] !== digest)
		throw new LlorchError(
			"LLORCH_REMOTE_SETUP_FAILED",
			`what arrived on ${runner.host} is not what was sent`,
			{
				run: ["remote", "setup", runner.host],
				details: { expected: digest, found: found.trim() },
			},
		);
	await shell(
		runner,
		signal,
		["tar -xf archive.tar && rm archive.tar && chmod +x llorch"],
		folder,
	);
}

/** It must run there, and be the build that it is to be called: the wire knows no versions. */
async function tryOut(
	runner: CommandRunner,
	options: { folder: string; id: string; signal: AbortSignal },
): Promise<void> {
	const { folder, id, signal } = options;
	const tried = await capture(
		runner,
		{ file: `${folder}/llorch`, args: ["--build-id"], timeoutMs: 30_000 },
		{ signal },
	).catch((error: unknown) => ({
		stdout: "",
		stderr: String(error),
		result: { exitCode: 126 },
	}));
	signal.throwIfAborted();
	const runs =
		succeeded(tried.result) ||
		// A llorch that does not know the question.
		("exitCode" in tried.result && tried.result.exitCode === 2);
	if (runs && tried.stdout.trim() === id) return;
	if (runs)
		throw new LlorchError(
			"LLORCH_REMOTE_SETUP_FAILED",
			`the file that was sent to ${runner.host} is not llorch ${id}, so the two could not talk`,
			{
				hint: "--binary takes an executable of this very build.",
				details: { said: sanitize(tried.stdout.trim().slice(0, 200)) },
			},
		);
	throw new LlorchError(
		"LLORCH_REMOTE_WRONG_PLATFORM",
		`the llorch that was sent does not run on ${runner.host}: ${tried.stderr.trim().split("\n").at(-1) || formatRunResult(tried.result)}`,
		{
			hint: "--binary FILE takes an executable for that kind of machine.",
			run: ["remote", "hosts", "test", runner.host],
		},
	);
}

/** Gives our folder the build's name. Where another llorch was faster, its folder stays, and ours goes. */
async function place(
	runner: CommandRunner,
	options: { name: string; id: string; replace: boolean; signal: AbortSignal },
): Promise<void> {
	const [ours, old, final] = [
		options.name,
		`${options.name}.old`,
		options.id,
	].map((word) => quotePosix([word]));
	const stays = options.replace ? "false" : `[ -x ${final}/llorch ]`;
	const script = [
		"set -e",
		`if ${stays}; then rm -rf ${ours}; exit; fi`,
		`if [ -e ${final} ]; then mv ${final} ${old} || [ ! -e ${final} ]; fi`,
		`mv ${ours} ${final}`,
		// Where the name was taken meanwhile, `mv` has put ours inside. (`mv -T` would not, but only GNU has it.)
		`rm -rf ${final}/${ours} ${old}`,
	].join("\n");
	await shell(runner, options.signal, [script], `~/${BUILDS}`);
}

/** Removes builds from a host. `keep`: the one that stays; undefined: all go, with everything else that llorch has under `~/.llorch`. */
export async function removeBuilds(
	runner: CommandRunner,
	options: { keep: string | undefined; signal: AbortSignal },
): Promise<readonly string[]> {
	const { keep, signal } = options;
	const listed = await shell(runner, signal, [
		`if [ -d ${BUILDS} ]; then ls -A ${BUILDS}; fi`,
	]);
	const gone = listed
		.split("\n")
		.filter((name) => name !== "" && name !== keep);
	if (keep === undefined)
		await shell(runner, signal, [
			`rm -rf ${BUILDS} .llorch/leases; if [ -d .llorch ]; then rmdir .llorch 2>/dev/null; fi; true`,
		]);
	else if (gone.length > 0)
		await shell(runner, signal, [
			`cd ${BUILDS} && rm -rf -- ${quotePosix(gone)}`,
		]);
	return gone.filter((name) => !name.startsWith("."));
}

async function shell(
	runner: CommandRunner,
	signal: AbortSignal,
	[script = ""]: readonly [string],
	// Not where the login begins: that is the password file's home, whatever HOME says.
	cwd = "~",
): Promise<string> {
	const spec: RunSpec = { file: "sh", args: ["-c", script], cwd };
	const ran = await capture(runner, spec, { signal });
	signal.throwIfAborted();
	if (succeeded(ran.result)) return ran.stdout;
	throw stepError(runner.host, script, formatRunResult(ran.result), ran.stderr);
}

function stepError(
	host: string,
	step: string,
	how: string,
	said: string,
): LlorchError {
	const text = said.trim().split("\n").at(-1) ?? "";
	if (/No space left|Disk quota/i.test(said))
		return new LlorchError(
			"LLORCH_REMOTE_DISK_FULL",
			`the disk of ${host} is full`,
			{
				hint: "Older builds of llorch can go: --prune.",
				run: ["remote", "setup", host, "--prune"],
				details: { said: text },
			},
		);
	return new LlorchError(
		"LLORCH_REMOTE_SETUP_FAILED",
		`a step on ${host} failed (${how})${text === "" ? "" : `: ${text}`}`,
		{ run: ["remote", "hosts", "test", host], details: { step, said: text } },
	);
}
