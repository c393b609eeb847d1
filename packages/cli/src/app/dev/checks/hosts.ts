import {
	type Check,
	type Finding,
	LlorchError,
	toErrorInfo,
} from "@llorch/core";
import type { Remote } from "@llorch/remote";
import { remoteSection } from "@llorch/remote/declarations";
import type { App } from "../../app.ts";

/** Whether every host with a profile can be reached and lets us in. Nobody is asked anything: a question is a finding. */
export async function hostsCheck(
	app: App,
	open: (app: App) => Promise<Remote>,
): Promise<Check> {
	const settings = await app.config().then(
		(config) => config.get(remoteSection),
		() => undefined,
	);
	const names = Object.keys(settings?.hosts ?? {});
	const seconds = settings?.connect_timeout ?? 10;
	return {
		id: "hosts",
		title: "hosts",
		// Longer than a connection may take, so that it is the host that is named, and not the check.
		timeoutMs: seconds * 1000 + 10_000,
		async run(signal) {
			if (names.length === 0) return [];
			await using remote = await open({ ...app, signal, ask: refuse });
			return Promise.all(names.map((name) => look(remote, name, signal)));
		},
	};
}

async function look(
	remote: Remote,
	name: string,
	signal: AbortSignal,
): Promise<Finding> {
	try {
		for (const host of remote.hosts(name).hosts) await remote.session(host);
		return { level: "ok", text: `${name} can be reached` };
	} catch (error) {
		signal.throwIfAborted();
		const { message, run } = toErrorInfo(error);
		return {
			level: "error",
			text: message.includes(name) ? message : `${name}: ${message}`,
			...(run === undefined
				? {}
				: { fix: { run: ["llorch", ...run], safe: false } }),
		};
	}
}

const refuse: App["ask"] = async ({ text, host }) => {
	throw new LlorchError("LLORCH_NEEDS_ANSWER", text, {
		run: ["remote", "hosts", "test", ...(host === undefined ? [] : [host])],
	});
};
