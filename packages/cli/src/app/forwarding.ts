import {
	type Envelope,
	type ErrorInfo,
	type Fleet,
	follow,
	formatRunResult,
	type Json,
	LlorchError,
	type Running,
	type RunResult,
	type RunSpec,
} from "@llorch/core";
import type { HostRef, HostSession, Remote } from "@llorch/remote";
import {
	type RemoteSettings,
	remoteSection,
} from "@llorch/remote/declarations";
import { buildId } from "./build-id.ts";
import type { Conversation } from "./conversation.ts";
import { exitCodeOf } from "./error-tables.ts";
import { conversationOf } from "./forwarding-conversation.ts";
import { createLimit } from "./forwarding-limit.ts";
import { createPipe } from "./forwarding-pipe.ts";
import type { Forwarding } from "./forwarding-request.ts";
import { judgeHosts } from "./forwarding-verdict.ts";
import { forward } from "./near.ts";
import { farPlace } from "./remote/far-place.ts";

/** The envelope that is shown here; a list or a group of hosts always gives the fleet's. */
export type Forwarded =
	| { fleet: false; envelope: Envelope<Json> }
	| { fleet: true; envelope: Fleet<Json> };

/** Where a host keeps the llorch of this build; it starts this one and no other. */
export function farLlorch(id: string): string {
	return `~/.llorch/bin/${id}/llorch`;
}

/** Runs one command line of llorch on other hosts, as if it ran here. A host that fails hides no other. */
export async function forwardCommand(
	forwarding: Forwarding,
): Promise<Forwarded> {
	const { app, conversation } = forwarding;
	await using remote = await app.remote();
	const { hosts, fleet } = remote.hosts(forwarding.hosts);
	const [only] = hosts;
	if (!fleet && only !== undefined)
		return {
			fleet,
			envelope: await forwardTo(only, remote, forwarding, conversation),
		};
	const { onHosts } = await import("./remote/on-hosts.ts");
	const answered = await follow(
		onHosts<Envelope<Json>>(
			{ hosts, fleet },
			(host) =>
				forwardTo(
					host,
					remote,
					forwarding,
					conversationOf(conversation, host.name),
				),
			{ signal: app.signal },
		),
		// What the hosts say went to their conversations.
		() => {},
	);
	app.signal.throwIfAborted();
	const ends = answered.hosts.map(
		({ host, durationMs, result: envelope, ...end }) => {
			const { error, ...rest } = envelope ?? end;
			return {
				...rest,
				...(error === undefined ? {} : { error: { ...error, host } }),
				host,
				durationMs,
			};
		},
	);
	const error = judgeHosts(ends);
	const exit = exitCodeOf(error);
	return {
		fleet: true,
		envelope: {
			ok: exit === 0,
			exit,
			result: { hosts: ends },
			...(error === undefined ? {} : { error }),
		},
	};
}

async function forwardTo(
	host: HostRef,
	remote: Remote,
	forwarding: Forwarding,
	conversation: Conversation,
): Promise<Envelope<Json>> {
	const { app } = forwarding;
	const session = await remote.session(host);
	const settings = (await app.config()).get(remoteSection);
	const pipe = createPipe();
	const limit = createLimit(host.name, app.signal);
	let complaint = "";
	try {
		const running = await startFar(session, settings, {
			forwarding,
			conversation,
			stdin: pipe.read(),
			signal: limit.late,
		});
		limit.start(settings.timeout);
		const read = async function* () {
			for await (const { stream, bytes } of running.output) {
				if (stream === "out") yield bytes;
				else complaint = (complaint + Buffer.from(bytes)).slice(-4000);
			}
		};
		const envelope = await forward(
			{ read: read(), write: pipe.write },
			{ ...forwarding.start, directory: "", outlives: settings.lease === 0 },
			conversation,
			limit.signal,
		).catch(async (error: unknown) => {
			limit.check();
			app.signal.throwIfAborted();
			if (error instanceof LlorchError && error.info.code === "LLORCH_HUNG_UP")
				throw broken(host.name, complaint, await running.done);
			throw error;
		});
		limit.check();
		return remember(envelope, host.name);
	} finally {
		limit.stop();
		pipe.end();
	}
}

function broken(host: string, complaint: string, end: RunResult): LlorchError {
	const said = complaint.trim();
	return new LlorchError(
		"LLORCH_REMOTE_LLORCH_BROKEN",
		`the llorch on ${host} ended without an answer (${formatRunResult(end)})${said === "" ? "" : `: ${said.split("\n").at(-1)}`}`,
		{
			hint: "Put it there anew.",
			run: ["remote", "setup", host, "--force"],
			details: { stderr: said },
		},
	);
}

/** Starts the far llorch where the command is to work; what is missing for that is offered, or said. */
async function startFar(
	session: HostSession,
	settings: RemoteSettings,
	{
		forwarding,
		conversation,
		...options
	}: {
		forwarding: Forwarding;
		conversation: Conversation;
		stdin: AsyncIterable<Uint8Array>;
		signal: AbortSignal;
	},
): Promise<Running> {
	const { app } = forwarding;
	const { host, runner } = session;
	const id = await buildId();
	const place = await farPlace(app, host, settings);
	const spec = (cwd: string | undefined): RunSpec => ({
		file: farLlorch(id),
		args: ["--far"],
		...(cwd === undefined ? {} : { cwd }),
	});
	let cwd: string | undefined = place.folder;
	for (const tried = new Set<string>(); ; ) {
		try {
			return await runner.start(spec(cwd), options);
		} catch (error) {
			const code = error instanceof LlorchError ? error.info.code : "";
			if (tried.has(code)) throw error;
			tried.add(code);
			if (code === "LLORCH_PROGRAM_NOT_FOUND") {
				const { setUpFar } = await import("./remote/set-up-far.ts");
				await setUpFar(session, { id, forwarding, conversation });
			} else if (code === "LLORCH_FOLDER_NOT_FOUND") {
				const { offerClone } = await import("./remote/offer-clone.ts");
				cwd = await offerClone(session, {
					place,
					forwarding,
					conversation,
					settings,
				});
			} else throw error;
		}
	}
}

/** Commands that are about this machine's llorch: naming a host would be wrong. */
const NEAR_ONLY = ["remote", "explain", "completion"];

/** What a far llorch says to do next is to be done over there. */
function remember(envelope: Envelope<Json>, host: string): Envelope<Json> {
	const { error } = envelope;
	if (error === undefined) return envelope;
	return { ...envelope, error: withRemote(error, host) };
}

function withRemote(error: ErrorInfo, host: string): ErrorInfo {
	const { run } = error;
	if (
		run === undefined ||
		run.includes("--remote") ||
		run.includes("--help") ||
		NEAR_ONLY.includes(run[0] ?? "")
	)
		return error;
	const end = run.indexOf("--");
	const at = end < 0 ? run.length : end;
	return {
		...error,
		run: [...run.slice(0, at), "--remote", host, ...run.slice(at)],
	};
}
