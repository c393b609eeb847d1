import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { realPart } from "../parts.ts";

/** A person's own shared connection (ControlMaster), open to a host whose ControlPath is configured. */
export async function openControlMaster(
	sshConfig: string,
	host: string,
): Promise<AsyncDisposable> {
	const ssh = realPart("ssh");
	const tell = (word: string) =>
		promisify(execFile)(ssh, ["-F", sshConfig, "-O", word, host]);
	const master = spawn(ssh, ["-F", sshConfig, "-M", "-N", host], {
		stdio: "ignore",
	});
	const closed = once(master, "close");
	const isOpen = () =>
		tell("check").then(
			() => true,
			() => false,
		);
	while (!(await isOpen())) {
		if (master.exitCode !== null) throw new Error("the master has ended");
		await delay(50);
	}
	return {
		async [Symbol.asyncDispose]() {
			// By its socket: ssh loses a signal that comes just before it waits.
			await tell("exit");
			await closed;
		},
	};
}
