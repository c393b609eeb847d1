import type { Conversation } from "../app/conversation.ts";
import type { Invocation } from "../app/invocation.ts";
import { createAsk } from "./ask.ts";
import { styleFor } from "./style.ts";

/** The flags that decide who listens. */
export type ListenFlags = { json: boolean; quiet: boolean; noColor: boolean };

/** Opens the conversation that the flags and the streams ask for: JSON, a terminal with bars, or plain lines. */
export async function openConversation(
	flags: ListenFlags & { constructor: unknown },
	{ invocation }: { invocation: Invocation },
): Promise<Conversation> {
	const { env, stdin, stderr } = invocation;
	const color =
		!flags.noColor && !flags.json && !env.NO_COLOR && !env.LLORCH_NO_COLOR;
	const err = styleFor(stderr, { color, env });
	const interactive =
		stdin.isTTY === true && stderr.isTTY === true && !flags.json;
	const ask = createAsk(invocation, { interactive, style: err });
	const { quiet } = flags;
	if (flags.json) {
		const { createJsonConversation } = await import("./reporters/json.ts");
		const rows =
			(flags.constructor as { json?: "value" | "rows" }).json === "rows";
		return createJsonConversation({ invocation, quiet, rows, ask });
	}
	const { createLocalConversation } = await import("./reporters/local.ts");
	return createLocalConversation({
		invocation,
		quiet,
		out: styleFor(invocation.stdout, { color, env }),
		err,
		progress: await openProgress(invocation, quiet),
		ask,
	});
}

async function openProgress(invocation: Invocation, quiet: boolean) {
	const { clock, stderr } = invocation;
	const lines = await import("./reporters/lines.ts");
	if (quiet) return lines.noProgress;
	if (stderr.isTTY !== true) return lines.createLineProgress(clock);
	const { createBarProgress } = await import("./reporters/terminal.ts");
	return createBarProgress(stderr, clock);
}
