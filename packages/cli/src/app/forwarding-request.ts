import type { App } from "./app.ts";
import type { Conversation } from "./conversation.ts";
import type { FarStart } from "./far.ts";

/** One command line to be run on other hosts. */
export type Forwarding = {
	app: App;
	/** What `--remote` was given. */
	hosts: string;
	/** Put llorch on hosts that lack it, without asking. */
	setup: boolean;
	start: Omit<FarStart, "directory">;
	conversation: Conversation;
};
