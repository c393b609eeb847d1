import { LlorchError, quotePosix, sanitize } from "@llorch/core";
import type { SshConfig } from "../hosts/ssh-config.ts";
import { silentError } from "./dial.ts";

/** What ssh's complaint about a login means. (Its texts are OpenSSH's own, stable for many years.) */
export function complaintError(
	name: string,
	config: SshConfig,
	{
		complaint,
		destination,
	}: {
		complaint: string;
		/** The words that make ssh mean this host. */
		destination: readonly string[];
	},
): LlorchError {
	const text = sanitize(complaint).trim();
	const address = `${config.hostName}:${config.port}`;
	const run = ["remote", "hosts", "test", name];
	const error = (code: `LLORCH_${string}`, message: string, hint?: string) =>
		new LlorchError(code, message, {
			run,
			...(hint === undefined ? {} : { hint }),
			details: { ssh: text },
		});
	if (/marked as revoked|REVOKED HOST KEY|revoked by file/i.test(text))
		return error(
			"LLORCH_HOST_KEY_REVOKED",
			`${name} shows a key that was revoked`,
			text,
		);
	if (/IDENTIFICATION HAS CHANGED/.test(text))
		return error(
			"LLORCH_HOST_KEY_CHANGED",
			`${name} shows another key than the one that is known`,
			text,
		);
	if (/Host key verification failed/.test(text))
		return error(
			"LLORCH_HOST_KEY_UNKNOWN",
			`the key of ${name} is not known`,
			// Only ssh knows the way (ProxyCommand) and the name in known_hosts (HostKeyAlias).
			`Compare the fingerprint with the host's own (there: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub) when this shows it, asks, and adds it: ${quotePosix(["ssh", "-o", "StrictHostKeyChecking=ask", ...destination, "true"])}`,
		);
	if (/Permission denied|Too many authentication failures/.test(text))
		return error(
			"LLORCH_LOGIN_REFUSED",
			`${name} refused the login of ${config.user}`,
			`ssh says: ${text}\nWithout a terminal it can ask nothing: a key with a passphrase has to be in the agent (ssh-add).`,
		);
	if (/Could not resolve hostname/.test(text))
		return error(
			"LLORCH_HOST_UNKNOWN",
			`there is no host ${name} (${address} has no address)`,
		);
	if (/Connection refused/.test(text))
		return error(
			"LLORCH_HOST_REFUSED",
			`${name} refused the connection: nothing listens at ${address}`,
		);
	if (/timed out/.test(text)) return silentError(name, address);
	return error(
		"LLORCH_HOST_UNREACHABLE",
		`ssh could not connect to ${name}: ${text.split("\n").at(-1) ?? ""}`,
		text,
	);
}
