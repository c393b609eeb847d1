import {
	type ErrorInfo,
	LlorchError,
	type RunSpec,
	type Work,
} from "@llorch/core";
import { remoteSection } from "@llorch/remote/declarations";
import { Command, Option } from "clipanion";
import type { App } from "../../app/app.ts";
import type { CompletionSource } from "../../app/completion.ts";
import { judgeHosts } from "../../app/forwarding-verdict.ts";
import type { ExecFleet, ExecResult } from "../../app/remote/exec.ts";
import { exitOfFailure } from "../../app/remote-exit.ts";
import type { Style } from "../../app/style.ts";
import { formatFleetEnds } from "../../render/remote-fleet.ts";
import { LlorchCommand } from "../command.ts";
import { numberFor } from "../number-option.ts";
import { defaultOf } from "../setting-default.ts";
import { completeHosts } from "./completes.ts";

/** A program's name or path, which every shell would read as it is. */
const A_NAME = /^[\w@%+=:,./~-]+$/;

export class RemoteExecCommand extends LlorchCommand<ExecResult | ExecFleet> {
	static override paths = [["remote", "exec"]];
	static override remote = "never" as const;
	static override stdin = "read" as const;
	static override cwd = "there" as const;
	static override usage = Command.Usage({
		category: "Hosts",
		description: "Run a program on a host",
		details: `
			The words after the host arrive there exactly as they are here; a single one that is more than a name (spaces, \`*\`, \`|\`) is run by the host's shell, as ssh does.
			Input, output and exit code are the program's own: 128 more than the signal's number when one ended it, 255 when llorch could not run it.

			llorch's own options stand before the host. Several hosts (\`a,b\`, \`@group\`, \`@all\`) run it at the same time, each line tagged with its host.

			Ctrl-C ends it there too. When the link is lost, it outlives it by remote.lease seconds; with --lease 0 until it ends by itself.
		`,
		examples: [
			["A line for the host's shell", 'llorch remote exec mac "uname -a"'],
			["Words, unchanged", "llorch remote exec mac -- grep -r TODO src"],
			["On every host with a profile", "llorch remote exec @all -- uptime"],
		],
	});
	// What follows the host is the far side's.
	static override completes: CompletionSource = async (app, before, current) =>
		before.length === 0 ? completeHosts(app, before, current) : [];

	lease = Option.String("--lease", {
		validator: numberFor(remoteSection.settings.lease),
		description: `Seconds it outlives a lost link; 0: until it ends by itself. ${defaultOf(remoteSection, "lease")}`,
	});
	timeout = Option.String("--timeout", {
		validator: numberFor(remoteSection.settings.timeout),
		description: `Seconds it may take on each host; 0: no limit. ${defaultOf(remoteSection, "timeout")}`,
	});
	tty = Option.Boolean("-t,--tty", {
		description:
			"Give it a terminal; --no-tty: never (default: when stdin and stdout are one, for a single host)",
	});
	host = Option.String({ name: "host" });
	words = Option.Proxy({ name: "command" });

	protected async *run(app: App): Work<ExecResult | ExecFleet> {
		const { execOn, execOnAll } = await import("../../app/remote/exec.ts");
		const { shellSpec } = await import("@llorch/remote");
		const { openRemote } = await import("../../app/parts/remote.ts");
		const words = this.words[0] === "--" ? this.words.slice(1) : this.words;
		const [file, ...args] = words;
		if (file === undefined)
			throw new LlorchError("LLORCH_USAGE", "there is nothing to run", {
				hint: "llorch remote exec HOST -- COMMAND",
			});
		const { timeout = (await app.config()).get(remoteSection).timeout } = this;
		const spec: RunSpec = {
			...(args.length === 0 && !A_NAME.test(file)
				? shellSpec(file)
				: { file, args }),
			...(timeout > 0 ? { timeoutMs: timeout * 1000 } : {}),
			...(this.workFolder === undefined ? {} : { cwd: this.workFolder }),
		};
		await using remote =
			this.lease === undefined
				? await app.remote()
				: await openRemote(app, this, { lease: this.lease });
		const hosts = remote.hosts(this.host);
		const options = {
			remote,
			hosts,
			spec,
			captured: this.json,
			input: app.input(),
			terminal: undefined,
			signal: app.signal,
		};
		if (hosts.fleet) return yield* execOnAll(options);
		const [host] = hosts.hosts;
		if (host === undefined) throw new Error("a host list is never empty");
		if (!this.#wantsTerminal()) return yield* execOn(host, options);
		// Connecting may ask, so the terminal is taken after it.
		const session = await remote.session(host);
		const { takeTerminal } = await import("../../app/remote/terminal.ts");
		const terminal = takeTerminal(this.context.invocation);
		if (terminal === undefined) {
			return yield* execOn(host, {
				...options,
				terminal: { columns: 80, rows: 24 },
			});
		}
		try {
			terminal.onResize(session.resize);
			const { columns, rows, input } = terminal;
			return yield* execOn(host, {
				...options,
				input,
				terminal: { columns, rows },
			});
		} finally {
			terminal.restore();
		}
	}

	#wantsTerminal(): boolean {
		const { stdin, stdout } = this.context.invocation;
		if (this.json) return false;
		return this.tty ?? (stdin.isTTY === true && stdout.isTTY === true);
	}

	/** The answer was the program's own output. */
	protected render(): string {
		return "";
	}

	protected override summary(
		result: ExecResult | ExecFleet,
		style: Style,
	): string {
		return "hosts" in result ? formatFleetEnds(result.hosts, style) : "";
	}

	protected override verdict(
		result: ExecResult | ExecFleet,
	): ErrorInfo | undefined {
		return "hosts" in result ? judgeHosts(result.hosts) : undefined;
	}

	protected override exitOf(
		result: ExecResult | ExecFleet | undefined,
		error: ErrorInfo | undefined,
	): number | undefined {
		if (result !== undefined && "exitCode" in result && error === undefined)
			return result.exitCode;
		if (error === undefined || result !== undefined) return undefined;
		return exitOfFailure(error);
	}
}
