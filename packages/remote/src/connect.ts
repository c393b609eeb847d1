import { LlorchError } from "@llorch/core";
import type { RemoteSettings, Transport } from "./declarations.ts";
import type { HostRef } from "./hosts/host-names.ts";
import { resolveHost } from "./hosts/ssh-config.ts";
import { connectWithOpenssh, hasLiveMaster } from "./transport/openssh.ts";
import type { SshConnection } from "./transport/transport.ts";
import { connectWithSsh2, type WayOptions } from "./transport/way.ts";
import { whyOpenssh } from "./transport/why-openssh.ts";

export type ConnectOptions = Omit<
	WayOptions,
	"timeoutSeconds" | "leaseSeconds"
> & {
	settings: Pick<RemoteSettings, "connect_timeout" | "lease" | "transport">;
};

/**
 * Connects to a host and logs in. The transport is ssh2; where ssh_config has a live ControlMaster, that; and the system's ssh
 * where ssh2 cannot (certificates, FIDO keys, ProxyCommand, algorithms) or the profile says so. Throws the LLORCH_HOST_…,
 * LLORCH_LOGIN_… and LLORCH_SSH_… codes, all exit 5.
 */
export async function connect(
	host: HostRef,
	options: ConnectOptions,
): Promise<SshConnection> {
	const { source, settings, signal } = options;
	const wanted = (host.profile.transport ?? settings.transport) as Transport;
	const resolving = resolveHost(host, source);
	// While ssh reads its configuration there is time to load what will be needed.
	if (wanted !== "openssh") import("./transport/ssh2.ts").catch(() => {});
	const config = await resolving;
	const timeoutSeconds =
		config.connectTimeoutSeconds ?? settings.connect_timeout;
	const limits = { timeoutSeconds, leaseSeconds: settings.lease };
	const openssh = (live: boolean) =>
		connectWithOpenssh(host, config, source, {
			live,
			ask: options.ask,
			signal,
			...limits,
		});
	if (
		wanted !== "ssh2" &&
		(await hasLiveMaster(host, config, source, timeoutSeconds))
	)
		return openssh(true);
	if (wanted === "openssh") return openssh(false);
	if (wanted === "auto" && whyOpenssh(config) !== undefined)
		return openssh(false);
	try {
		return await connectWithSsh2(host, config, { ...options, ...limits });
	} catch (error) {
		if (wanted === "ssh2" || !opensshMay(error)) throw error;
		return openssh(false).catch((second: unknown) => {
			throw bothRefused(error, second) ?? second;
		});
	}
}

/** Where ssh2 lacks an algorithm, a certificate authority or a kind of key, OpenSSH may do better. */
function opensshMay(error: unknown): boolean {
	if (!(error instanceof LlorchError)) return false;
	const { details } = error.info;
	return (
		details?.reason === "no common algorithm" || details?.opensshMay === true
	);
}

/** Two logins that were refused, as one error: what we tried, and what ssh says. */
function bothRefused(first: unknown, second: unknown): LlorchError | undefined {
	const [ours, theirs] = [first, second].map((error) =>
		error instanceof LlorchError && error.info.code === "LLORCH_LOGIN_REFUSED"
			? error.info
			: undefined,
	);
	if (ours === undefined || theirs === undefined) return undefined;
	return LlorchError.from({
		...ours,
		hint: [ours.hint, theirs.hint].join("\n"),
	});
}
