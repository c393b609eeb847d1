import { LlorchError } from "@llorch/core";
import { Command, Option } from "clipanion";
import type { App } from "../../../app/app.ts";
import type { ProfileChange } from "../../../app/remote/profiles.ts";
import { formatProfileChange } from "../../../render/remote-hosts.ts";
import { LlorchCommand } from "../../command.ts";
import { numberFor } from "../../number-option.ts";
import { textFor } from "../../text-option.ts";

export class RemoteHostsAddCommand extends LlorchCommand<ProfileChange> {
	static override paths = [["remote", "hosts", "add"]];
	static override remote = "never" as const;
	static override usage = Command.Usage({
		category: "Hosts",
		description: "Write a profile of a host into your configuration",
		details:
			"What is not given comes from ssh_config, as always. Comments and order of the file stay as they are.",
		examples: [
			[
				"A short name for a machine",
				"llorch remote hosts add mac --host mac.home.arpa --repo-path ~/Projects/llama-orch",
			],
		],
	});

	host = Option.String("--host", {
		validator: textFor("a host name, an address or an alias"),
		description: "Host name, address or alias of ssh_config (default: NAME)",
	});
	port = Option.String("--port", {
		validator: numberFor({ type: "integer", range: [1, 65_535] }),
		description: "Port, 1 to 65535",
	});
	user = Option.String("--user", {
		validator: textFor("a user name"),
		description: "User name there",
	});
	identityFile = Option.String("--identity-file", {
		validator: textFor("the path of a file"),
		description: "Private key to log in with",
	});
	repoPath = Option.String("--repo-path", {
		validator: textFor("the path of a folder"),
		description: "Where forwarded commands run",
	});
	repoUrl = Option.String("--repo-url", {
		validator: textFor("a URL"),
		description: "Offered to clone where the repository is missing",
	});
	transport = Option.String("--transport", {
		description: "auto, ssh2 or openssh",
	});
	force = Option.Boolean("--force", false, {
		description: "Replace a profile of this name",
	});
	name = Option.String({ name: "name" });

	protected async run(app: App): Promise<ProfileChange> {
		const { addProfile } = await import("../../../app/remote/profiles.ts");
		if (!/^[\w.-]+$/.test(this.name) || this.name.startsWith("-"))
			throw new LlorchError(
				"LLORCH_USAGE",
				`"${this.name}" cannot be the name of a profile: letters, digits, dots, dashes and underscores`,
			);
		if (!["auto", "ssh2", "openssh", undefined].includes(this.transport))
			throw new LlorchError(
				"LLORCH_USAGE",
				`--transport must be auto, ssh2 or openssh (got "${this.transport}")`,
			);
		return addProfile(
			app,
			this.name,
			{
				host: this.host,
				port: this.port,
				user: this.user,
				identity_file: this.identityFile,
				repo_path: this.repoPath,
				repo_url: this.repoUrl,
				transport: this.transport,
			},
			{ replace: this.force },
		);
	}

	protected render(change: ProfileChange): string {
		return formatProfileChange(change);
	}
}
