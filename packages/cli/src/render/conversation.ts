import type { Conversation } from "../app/conversation.ts";
import type { Invocation } from "../app/invocation.ts";
import { createAsk } from "./ask.ts";
import { styleFor } from "./style.ts";

/** What decides who listens. */
export type Listening = {
	json: boolean;
	/** The command prints a row a line under `--json`. */
	rows: boolean;
	quiet: boolean;
	color: boolean;
};

/** Opens the conversation that the flags and the streams ask for: JSON, a terminal with bars, or plain lines. */
export async function openConversation(
	invocation: Invocation,
	{ json, rows, quiet, color }: Listening,
): Promise<Conversation> {
	const { env, stdin, stdout, stderr } = invocation;
	const err = styleFor(stderr, { color: color && !json, env });
	const interactive = stdin.isTTY === true && stderr.isTTY === true && !json;
	const ask = createAsk(invocation, { interactive, style: err });
	if (json) {
		const { createJsonConversation } = await import("./reporters/json.ts");
		return createJsonConversation({ invocation, quiet, rows, ask });
	}
	const { createLocalConversation } = await import("./reporters/local.ts");
	return createLocalConversation({
		invocation,
		quiet,
		out: styleFor(stdout, { color, env }),
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
