import { serveFar, type Wire } from "./app/far.ts";
import type { Invocation } from "./app/invocation.ts";
import { forward } from "./app/near.ts";
import type { LlorchContext } from "./commands/context.ts";
import { type RunOptions, run } from "./run.ts";

/** Serves one command to a near llorch over a wire. Returns the command's exit code. */
export function runFar(
	wire: Wire,
	invocation: Invocation,
	options: Pick<RunOptions, "parts"> = {},
): Promise<number> {
	return serveFar(wire, (start, { conversation, signal }) => {
		const { argv, directory, outlives } = start;
		const own = outlives
			? deafTo(["LLORCH_HUNG_UP", "LLORCH_OUTPUT_CLOSED"], invocation.signal)
			: invocation.signal;
		return run(
			{
				...invocation,
				argv,
				cwd: directory === "" ? invocation.cwd : directory,
				signal: AbortSignal.any([own, signal]),
			},
			{ ...options, conversation },
		);
	});
}

/** The signal, but for what a near side causes that only goes away. */
function deafTo(codes: readonly string[], signal: AbortSignal): AbortSignal {
	const controller = new AbortController();
	const pass = () => {
		if (!codes.includes(signal.reason?.info?.code))
			controller.abort(signal.reason);
	};
	if (signal.aborted) pass();
	signal.addEventListener("abort", pass, { once: true });
	return controller.signal;
}

/** A link that forwards every command over one wire, to run in `directory` there (empty: where the far llorch stands). */
export function linkOver(
	wire: Wire,
	invocation: Invocation,
	directory: string,
): NonNullable<LlorchContext["link"]> {
	return (command) => (conversation) => {
		const { stdin } = command.constructor as { stdin?: "read" | "unused" };
		return forward(
			wire,
			{
				argv: invocation.argv,
				directory,
				interactive:
					invocation.stdin.isTTY === true && invocation.stderr.isTTY === true,
				hasStdin: stdin === "read" && conversation.input() !== undefined,
			},
			conversation,
			invocation.signal,
		);
	};
}
