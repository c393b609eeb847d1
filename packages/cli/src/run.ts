import { type ErrorInfo, toErrorInfo } from "@llorch/core";
import { Cli } from "clipanion";
import type { AppParts } from "./app/app.ts";
import { type Conversation, silence } from "./app/conversation.ts";
import { createApp } from "./app/create-app.ts";
import { exitCodeOf } from "./app/error-tables.ts";
import type { Invocation } from "./app/invocation.ts";
import { createSettings } from "./app/settings.ts";
import type { Style } from "./app/style.ts";
import { version } from "./app/version.ts";
import { LlorchCommand } from "./commands/command.ts";
import type { LlorchContext } from "./commands/context.ts";
import { commands } from "./commands/index.ts";
import { listCommands } from "./commands/listed.ts";
import { formatError } from "./render/error.ts";
import { findHelp } from "./render/help.ts";
import { styleFor } from "./render/style.ts";
import { explainUsage, joinNegative } from "./usage-error.ts";

/** The command line, ready to parse; with `only`, for these commands. */
export function createCli(only = commands): Cli<LlorchContext> {
	const cli = new Cli<LlorchContext>({
		binaryLabel: "llorch",
		binaryName: "llorch",
		binaryVersion: version,
		enableColors: false,
	});
	for (const command of only) cli.register(command);
	return cli;
}

/**
 * Ready to parse this command line. clipanion makes its parser anew at every start; with all commands in it that took longer than all
 * else, so only those are whose path the line begins with. Where there is none, all may say what is wrong.
 */
function createCliFor(argv: readonly string[]): Cli<LlorchContext> {
	const named = commands.filter(({ paths = [] }) =>
		paths.some((path) => path.every((word, index) => argv[index] === word)),
	);
	return createCli(named.length === 0 ? commands : named);
}

/** How the caller may change what a run talks to and works with. */
export type RunOptions = {
	parts?: AppParts;
	/** Far mode: the wire's conversation. */
	conversation?: Conversation;
	link?: LlorchContext["link"];
};

/** Runs one command line and returns its exit code. Throws nothing: the last resort prints a bug and returns 70. */
export async function run(
	invocation: Invocation,
	options: RunOptions = {},
): Promise<number> {
	try {
		return await parseAndRun(invocation, options);
	} catch (error) {
		return await tell(invocation, toErrorInfo(error), options);
	}
}

async function parseAndRun(
	invocation: Invocation,
	options: RunOptions,
): Promise<number> {
	const { argv } = invocation;
	if (argv[0] === "__complete")
		return offerCompletions(invocation, options.parts);
	const listed = () => listCommands(createCli());
	const help = findHelp(argv, listed, helpStyle(invocation));
	if (help !== undefined) {
		invocation.stdout.write(help);
		return 0;
	}
	const context: LlorchContext = {
		...options,
		parts: options.parts ?? {},
		invocation,
		env: { ...invocation.env },
		stdin: invocation.stdin,
		stdout: invocation.stdout,
		stderr: invocation.stderr,
		colorDepth: 1,
	};
	const cli = createCliFor(argv);
	let command: ReturnType<typeof cli.process>;
	try {
		command = parse(cli, argv, context);
	} catch (error) {
		return tell(invocation, explainUsage(error, argv, listed()), options);
	}
	// clipanion's own help command: `--help` behind other options.
	if (!(command instanceof LlorchCommand)) {
		const page = findHelp(argv, listed, helpStyle(invocation), {
			parserSaysHelp: true,
		});
		invocation.stdout.write(page ?? "");
		return 0;
	}
	command.cli = cli;
	// Not clipanion's `run`: that would print what is thrown here on stdout, and return 1.
	return command.validateAndExecute();
}

function parse(
	cli: Cli<LlorchContext>,
	argv: readonly string[],
	context: LlorchContext,
): ReturnType<typeof cli.process> {
	try {
		return cli.process([...argv], context);
	} catch (error) {
		const joined = joinNegative(error, argv);
		if (joined === undefined) throw error;
		return parse(cli, joined, context);
	}
}

function helpStyle({ argv, env, stdout }: Invocation): Style {
	const color = !env.NO_COLOR && !argv.includes("--no-color");
	return styleFor(stdout, { color, env });
}

/** `llorch __complete -- WORD… CURRENT`, asked by the completion scripts: an offer a line, its meaning after a tab. */
async function offerCompletions(
	invocation: Invocation,
	parts: AppParts | undefined,
): Promise<number> {
	const { complete } = await import("./complete.ts");
	const words = invocation.argv.slice(1);
	const candidates = await complete(
		words[0] === "--" ? words.slice(1) : words,
		listCommands(createCli()),
		() =>
			createApp(
				invocation,
				createSettings(invocation, {}),
				{ verbose: false },
				silence,
				parts,
			),
	);
	for (const { word, describe } of candidates)
		invocation.stdout.write(`${word}\t${describe}\n`);
	return 0;
}

/** Shows a failure that no command could: a command line that does not parse. */
async function tell(
	invocation: Invocation,
	error: ErrorInfo,
	options: RunOptions = {},
): Promise<number> {
	const exit = exitCodeOf(error);
	const end = invocation.argv.indexOf("--");
	const own = end < 0 ? invocation.argv : invocation.argv.slice(0, end);
	const envelope = { ok: false, exit, error };
	if (options.conversation !== undefined)
		await options.conversation.finish(envelope, { render: () => "" });
	else if (own.includes("--json"))
		invocation.stdout.write(`${JSON.stringify(envelope)}\n`);
	else {
		const color = !invocation.env.NO_COLOR && !own.includes("--no-color");
		const style = styleFor(invocation.stderr, { color, env: invocation.env });
		invocation.stderr.write(formatError(error, style));
	}
	return exit;
}
