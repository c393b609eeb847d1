import { Command, Option } from "clipanion";
import type { App } from "../../../app/app.ts";
import type { ProfileChange } from "../../../app/remote/profiles.ts";
import { formatProfileChange } from "../../../render/remote-hosts.ts";
import { LlorchCommand } from "../../command.ts";
import { completeHosts } from "../completes.ts";

export class RemoteHostsRemoveCommand extends LlorchCommand<ProfileChange> {
	static override paths = [["remote", "hosts", "remove"]];
	static override remote = "never" as const;
	static override usage = Command.Usage({
		category: "Hosts",
		description: "Take a profile out of your configuration",
		details: "The host itself, ssh_config and known_hosts stay as they are.",
		examples: [["Forget a machine", "llorch remote hosts remove mac"]],
	});
	static override completes = completeHosts;

	name = Option.String({ name: "name" });

	protected async run(app: App): Promise<ProfileChange> {
		const { removeProfile } = await import("../../../app/remote/profiles.ts");
		return removeProfile(app, this.name);
	}

	protected render(change: ProfileChange): string {
		return formatProfileChange(change);
	}
}
