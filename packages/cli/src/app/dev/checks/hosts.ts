import {
	type Check,
	type ErrorInfo,
	type Finding,
	follow,
	LlorchError,
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
			const { onHosts } = await import("../../remote/on-hosts.ts");
			const { hosts } = await follow(
				onHosts(
					remote.hosts("@all"),
					async (host) => void (await remote.session(host)),
					{ signal },
				),
				() => {},
			);
			signal.throwIfAborted();
			return hosts.map(({ host, error }) => findingOf(host, error));
		},
	};
}

function findingOf(name: string, error: ErrorInfo | undefined): Finding {
	if (error === undefined)
		return { level: "ok", text: `${name} can be reached` };
	const { message, run } = error;
	return {
		level: "error",
		text: message.includes(name) ? message : `${name}: ${message}`,
		...(run === undefined
			? {}
			: { fix: { run: ["llorch", ...run], safe: false } }),
	};
}

const refuse: App["ask"] = async ({ text, host }) => {
	throw new LlorchError("LLORCH_NEEDS_ANSWER", text, {
		run: ["remote", "hosts", "test", ...(host === undefined ? [] : [host])],
	});
};
