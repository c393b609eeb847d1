import {
	capture,
	formatRunResult,
	LlorchError,
	redact,
	succeeded,
} from "@llorch/core";
import type { HostSession } from "@llorch/remote";
import type { RemoteSettings } from "@llorch/remote/declarations";
import type { Conversation } from "../conversation.ts";
import type { Forwarding } from "../forwarding-request.ts";
import type { FarPlace } from "./far-place.ts";

/** Commands to which another folder (a submodule's, an unrelated repository's) would be another question. */
const ABOUT_THE_FOLDER = ["git", "build", "test"];

/**
 * Our place in the repository is not there. Where the configuration says where the repository is, offers to clone it. Resolves with the
 * folder to work in; undefined: home. Where the repository is there and only our place in it is not, that is its root, unless the command is
 * about the folder it stands in. Throws LLORCH_REMOTE_NO_REPO when nobody wants a clone, or our place is needed.
 */
export async function offerClone(
	{ host, runner }: HostSession,
	options: {
		place: FarPlace;
		forwarding: Forwarding;
		conversation: Conversation;
		settings: RemoteSettings;
	},
): Promise<string | undefined> {
	const { place, conversation, forwarding, settings } = options;
	const { signal, env } = forwarding.app;
	const url = env.LLORCH_REPO_URL || host.profile.repo_url || settings.repo_url;
	const shown = redact(url);
	const there = await capture(
		runner,
		{ file: "test", args: ["-d", "."], cwd: place.repository },
		{ signal },
	).then(
		() => true,
		() => false,
	);
	// Nobody said where it is: what works in the home folder too may do so.
	const mayGoOn = !there && !place.required;
	if (mayGoOn && !url) return undefined;
	const missing = new LlorchError(
		"LLORCH_REMOTE_NO_REPO",
		there
			? `${place.repository} on ${host.name} has no folder like the one we stand in (${place.folder})`
			: `there is no ${place.repository} on ${host.name}`,
		{
			hint: there
				? "--cwd names a folder over there."
				: url
					? "On a terminal, llorch offers to clone it."
					: "Clone the repository there, or say in the host's profile where it is (repo_path) or comes from (repo_url).",
			run: ["remote", "hosts", "list"],
		},
	);
	const [domain = ""] = forwarding.start.argv;
	if (there && !ABOUT_THE_FOLDER.includes(domain)) return place.repository;
	if (there || !url) throw missing;
	const answer = await conversation
		.ask(
			{
				id: `clone:${host.name}`,
				kind: "confirm",
				text: `There is no ${place.repository} on ${host.name}. Clone ${shown} there?`,
				host: host.name,
			},
			{ signal },
		)
		.catch((error: unknown) => {
			if (
				!(error instanceof LlorchError) ||
				error.info.code !== "LLORCH_NEEDS_ANSWER"
			)
				throw error;
			return { value: false };
		});
	if (answer.value !== true) {
		if (mayGoOn) return undefined;
		throw missing;
	}
	const target = place.repository.startsWith("~/")
		? place.repository.slice(2)
		: place.repository;
	await conversation.handle({
		type: "note",
		level: "info",
		text: `cloning ${shown} on ${host.name}`,
	});
	const cloned = await capture(
		runner,
		{ file: "git", args: ["clone", "--recurse-submodules", "--", url, target] },
		{ signal },
	);
	if (!succeeded(cloned.result))
		throw new LlorchError(
			"LLORCH_REMOTE_NO_REPO",
			`git could not clone ${shown} on ${host.name} (${formatRunResult(cloned.result)}): ${redact(cloned.stderr.trim().split("\n").at(-1) ?? "")}`,
			{ run: ["remote", "hosts", "test", host.name] },
		);
	return place.folder;
}
