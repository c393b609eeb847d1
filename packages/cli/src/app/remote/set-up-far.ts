import { LlorchError } from "@llorch/core";
import type { HostSession } from "@llorch/remote";
import type { Conversation } from "../conversation.ts";
import type { Forwarding } from "../forwarding-request.ts";

/** This very llorch is not on the host: puts it there with `--setup` or after a yes, else throws LLORCH_REMOTE_NO_LLORCH. */
export async function setUpFar(
	session: HostSession,
	options: { id: string; forwarding: Forwarding; conversation: Conversation },
): Promise<void> {
	const { forwarding, conversation, id } = options;
	const { name } = session.host;
	const { app } = forwarding;
	if (!forwarding.setup) {
		const missing = new LlorchError(
			"LLORCH_REMOTE_NO_LLORCH",
			`this llorch (${id}) is not on ${name}`,
			{
				hint: "--setup beside --remote puts it there on the way.",
				run: ["remote", "setup", name],
				host: name,
			},
		);
		const answer = await conversation
			.ask(
				{
					id: `setup:${name}`,
					kind: "confirm",
					text: `This llorch is not on ${name}. Put it there?`,
					host: name,
					flag: "--setup",
				},
				{ signal: app.signal },
			)
			.catch((error: unknown) => {
				throw error instanceof LlorchError &&
					error.info.code === "LLORCH_NEEDS_ANSWER"
					? missing
					: error;
			});
		if (answer.value !== true) throw missing;
	}
	const { setUpHost } = await import("./setup.ts");
	const work = setUpHost(session, { app, force: false, binary: undefined });
	for (;;) {
		const step = await work.next();
		if (step.done) return;
		await conversation.handle(step.value);
	}
}
