import {
	type Envelope,
	type ErrorInfo,
	type Fleet,
	follow,
	LlorchError,
	toErrorInfo,
	type Work,
} from "@llorch/core";
import { Command, Option } from "clipanion";
import type { App } from "../app/app.ts";
import type { CompletionSource, ValueCompletions } from "../app/completion.ts";
import type { Conversation } from "../app/conversation.ts";
import { createApp } from "../app/create-app.ts";
import { exitCodeOf } from "../app/error-tables.ts";
import {
	createSettings,
	type PlaceFlags,
	type Settings,
} from "../app/settings.ts";
import type { Style } from "../app/style.ts";
import { openConversation } from "../render/conversation.ts";
import type { LlorchContext } from "./context.ts";
import { textFor } from "./text-option.ts";

/** What each of several hosts answered. */
export type HostResults<R> = NonNullable<Fleet<R>["result"]>["hosts"];

/**
 * The shell of every command: it parses, calls one use case, and says how the result looks. Everything else (who
 * listens, errors, exit codes, the log, the wire) happens here, once.
 *
 * A command gives `run` (the use case), `render` (the answer for a person), and where they fit `summary` (what belongs
 * to stderr) and `verdict` (a result that is nevertheless a failure).
 */
export abstract class LlorchCommand<R> extends Command<LlorchContext> {
	/** Whether the whole command may run on another host. */
	static remote: "forward" | "never";
	/** `rows` commands print NDJSON under `--json`, the envelope last. */
	static json: "value" | "rows" = "value";
	/** `read` commands take piped input; all others leave it alone, so that a `while read` loop around llorch works. */
	static stdin: "read" | "unused" = "unused";
	/** `there`: --cwd names a folder on the host that the command itself speaks to. */
	static cwd: "here" | "there" = "here";
	/** What the shell may offer for this command's words. */
	static completes?: CompletionSource;
	/** What it may offer for the values of this command's own options. */
	static completesValues?: ValueCompletions;

	json = Option.Boolean("--json", false, {
		description: "Print one JSON envelope on stdout",
	});
	quiet = Option.Boolean("-q,--quiet", false, {
		description: "Print the answer and errors only",
	});
	noColor = Option.Boolean("--no-color", false, { description: "No colour" });
	verbose = Option.Boolean("--verbose", false, {
		description: "Show every command line that is run, ready to paste",
	});
	workFolder = Option.String("--cwd", {
		validator: textFor("the path of a folder"),
		description: "Work in this folder",
	});
	configFile = Option.String("--config", {
		validator: textFor("the path of a file"),
		description: "Use this file in the place of the project's .llorch.toml",
	});

	/** Only where the command may run elsewhere; in far mode it means nothing, because argv travels as it is. */
	remoteHosts = this.#forwards
		? Option.String("--remote", {
				validator: textFor("HOST, HOST,HOST, @GROUP or @all"),
				description:
					"Run it on HOST, on several (a,b), on a group (@gpu) or @all",
			})
		: undefined;
	setup = this.#forwards
		? Option.Boolean("--setup", false, {
				description: "With --remote: put llorch on the host first, if need be",
			})
		: false;

	#settings: Settings | undefined;
	#conversation: Conversation | undefined;
	#envelope: Envelope<R> | undefined;
	/** The envelope came from several hosts. */
	#fleet: Fleet<R> | undefined;

	get #forwards(): boolean {
		return (this.constructor as typeof LlorchCommand).remote === "forward";
	}

	/** Where to run instead of here. */
	get #elsewhere(): string | undefined {
		return this.context.conversation === undefined
			? this.remoteHosts
			: undefined;
	}

	/** The use case: events while it works, its result at the end. Throws a `LlorchError` for every expected failure. */
	protected abstract run(app: App): Work<R> | Promise<R>;

	/** The answer for a person. Pure: it is called where the screen is, also for a result that came over a wire. */
	protected abstract render(result: R, style: Style): string;

	/** What to say on stderr after the answer. */
	protected summary?(result: R, style: Style): string;

	/** The error of a result that has one (doctor's findings, some of many): it stands in the envelope beside the result. */
	protected verdict?(result: R): ErrorInfo | undefined;

	/** The answers of several hosts; without it each is rendered by itself, its lines tagged with the host. */
	protected renderFleet?(hosts: HostResults<R>, style: Style): string;

	/** The exit code, where the tables do not decide it: that of a program run elsewhere. */
	protected exitOf?(
		result: R | undefined,
		error: ErrorInfo | undefined,
	): number | undefined;

	/** The one boundary: clipanion would print an error on stdout and lose the exit code (3.2.1). */
	override async validateAndExecute(): Promise<number> {
		const { invocation } = this.context;
		// With --remote, folders and files of the command line are those over there.
		this.#settings = createSettings(
			invocation,
			this.#elsewhere === undefined ? this.#placeFlags() : {},
		);
		const conversation =
			this.context.conversation ??
			(await openConversation(invocation, {
				...this.#listenFlags(),
				color: !this.noColor && (await this.#settings.color()),
			}));
		this.#conversation = conversation;
		try {
			await super.validateAndExecute();
		} catch (error) {
			this.#envelope = this.#seal(undefined, this.#failure(error));
		}
		if (this.#fleet !== undefined)
			return this.#finishFleet(this.#fleet, conversation);
		const envelope = this.#envelope as Envelope<R>;
		await conversation.finish(envelope, {
			render: (result, style) => this.render(result, style),
			summary: (result, style) => this.summary?.(result, style) ?? "",
		});
		return envelope.exit;
	}

	async #finishFleet(
		fleet: Fleet<R>,
		conversation: Conversation,
	): Promise<number> {
		const { formatFleet, formatFleetEnds } = await import(
			"../render/remote-fleet.ts"
		);
		await conversation.finish(fleet, {
			render: ({ hosts }, style) =>
				this.renderFleet?.(hosts, style) ??
				formatFleet(hosts, (result) => this.render(result, style)),
			summary: ({ hosts }, style) =>
				(this.renderFleet === undefined
					? formatFleet(hosts, (result) => this.summary?.(result, style) ?? "")
					: "") + formatFleetEnds(hosts, style),
		});
		return fleet.exit;
	}

	#placeFlags(): PlaceFlags {
		const { cwd } = this.constructor as typeof LlorchCommand;
		const { workFolder, configFile } = this;
		return cwd === "here" ? { workFolder, configFile } : { configFile };
	}

	#listenFlags() {
		const { json: rows } = this.constructor as typeof LlorchCommand;
		return { json: this.json, quiet: this.quiet, rows: rows === "rows" };
	}

	/** Runs the command here, or on the other end of a wire. */
	override async execute(): Promise<void> {
		const conversation = this.#conversation as Conversation;
		if (this.#elsewhere !== undefined)
			return this.#forward(this.#elsewhere, conversation);
		const link = this.context.link?.(this);
		this.#envelope =
			link === undefined
				? await this.#perform(conversation)
				: ((await link(conversation)) as Envelope<R>);
	}

	/** Has the command run by the llorch of other hosts. */
	async #forward(hosts: string, conversation: Conversation): Promise<void> {
		const { invocation, parts } = this.context;
		const { argv, stdin, stderr } = invocation;
		const { stdin: reads } = this.constructor as typeof LlorchCommand;
		const settings = this.#settings as Settings;
		const app = createApp(invocation, settings, this, conversation, parts);
		const { forwardCommand } = await import("../app/forwarding.ts");
		const end = await this.#logged(app);
		const done = await forwardCommand({
			app,
			hosts,
			setup: this.setup,
			conversation,
			start: {
				argv,
				interactive: stdin.isTTY === true && stderr.isTTY === true,
				hasStdin: reads === "read" && conversation.input() !== undefined,
			},
			// What failed is sealed by the caller.
		}).catch((error: unknown) => {
			const failure = this.#failure(error);
			end({ exit: exitCodeOf(failure), error: failure });
			throw error;
		});
		end(done.envelope);
		if (done.fleet) this.#fleet = done.envelope as Fleet<R>;
		else this.#envelope = done.envelope as Envelope<R>;
	}

	/** Writes the beginning of the work into the log; what is returned, its end. */
	async #logged(app: App) {
		const { argv } = this.context.invocation;
		const log = await app.log();
		const startedAt = app.clock.now();
		log.write({ event: "start", argv, cwd: app.cwd });
		return ({ exit, error }: Pick<Envelope<R>, "exit" | "error">) =>
			log.write({
				event: "end",
				exit,
				durationMs: app.clock.now() - startedAt,
				...(error === undefined ? {} : { error }),
			});
	}

	async #perform(conversation: Conversation): Promise<Envelope<R>> {
		const { invocation, parts } = this.context;
		const settings = this.#settings as Settings;
		const app = createApp(invocation, settings, this, conversation, parts);
		const log = await app.log();
		const end = await this.#logged(app);
		let envelope: Envelope<R>;
		try {
			app.signal.throwIfAborted();
			const work = this.run(app);
			const result =
				"next" in work
					? await follow(work, (event) => {
							if (event.type === "note") log.write({ ...event, event: "note" });
							return conversation.handle(event);
						})
					: await work;
			envelope = this.#seal(result, this.#failureIn(result));
		} catch (error) {
			envelope = this.#seal(undefined, this.#failure(error));
		}
		end(envelope);
		return envelope;
	}

	/** An interrupted command fails even when it could still hand over what it had. */
	#failureIn(result: R): ErrorInfo | undefined {
		const { signal } = this.context.invocation;
		return signal.aborted
			? this.#failure(signal.reason)
			: this.verdict?.(result);
	}

	#failure(error: unknown): ErrorInfo {
		const { signal } = this.context.invocation;
		// After an abort, whatever broke because of it is only its echo; what it says about going on is worth keeping.
		if (signal.aborted && signal.reason instanceof LlorchError) {
			const hint = error instanceof LlorchError ? error.info.hint : undefined;
			return { ...signal.reason.info, ...(hint === undefined ? {} : { hint }) };
		}
		// A failed `static schema` arrives as clipanion's UsageError.
		if (error instanceof Error && error.name === "UsageError")
			return { code: "LLORCH_USAGE", message: error.message };
		return toErrorInfo(error);
	}

	#seal(result: R | undefined, error: ErrorInfo | undefined): Envelope<R> {
		const exit = this.exitOf?.(result, error) ?? exitCodeOf(error);
		return {
			ok: exit === 0,
			exit,
			...(result === undefined ? {} : { result }),
			...(error === undefined ? {} : { error }),
		};
	}
}
