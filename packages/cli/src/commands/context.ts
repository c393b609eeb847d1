import type { Envelope, Json } from "@llorch/core";
import type { BaseContext, Command } from "clipanion";
import type { AppParts } from "../app/app.ts";
import type { Conversation } from "../app/conversation.ts";
import type { Invocation } from "../app/invocation.ts";

/** What clipanion hands to every command. */
export type LlorchContext = BaseContext & {
	invocation: Invocation;
	/** Parts that replace the app's own: a test's fakes. */
	parts: AppParts;
	/** Set in far mode: who listens is the near llorch, whatever `--json` and `--quiet` say. */
	conversation?: Conversation | undefined;
	/** Set where commands are forwarded: runs this command elsewhere, or undefined to run it here. */
	link?: ((command: Command<LlorchContext>) => Link | undefined) | undefined;
};

/** Runs one command on the other end of a wire, its events and questions coming to `conversation`. */
export type Link = (conversation: Conversation) => Promise<Envelope<Json>>;
