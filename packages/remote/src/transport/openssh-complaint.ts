import { LlorchError, quotePosix, sanitize } from "@llorch/core";
import type { SshConfig } from "../hosts/ssh-config.ts";
import { silentError } from "./dial.ts";

/** What ssh's complaint about a login means. (Its texts are OpenSSH's own, stable for many years.) */
export function complaintError(
	name: string,
	config: SshConfig,
	complaint: string,
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
	if (/marked as revoked|REVOKED HOST KEY/i.test(text))
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
			`Connect once by hand, and compare the fingerprint: ${quotePosix(["ssh", "-p", String(config.port), `${config.user}@${config.hostName}`])}`,
		);
	if (/Permission denied|Too many authentication failures/.test(text))
		return error(
			"LLORCH_LOGIN_REFUSED",
			`${name} refused the login of ${config.user}`,
			`ssh says: ${text}\nIt can ask nothing here: a key with a passphrase has to be in the agent (ssh-add).`,
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
