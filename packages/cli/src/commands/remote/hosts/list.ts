import { Command } from "clipanion";
import type { App } from "../../../app/app.ts";
import type { HostListing } from "../../../app/remote/profiles.ts";
import type { Style } from "../../../app/style.ts";
import { formatProfiles } from "../../../render/remote-hosts.ts";
import { LlorchCommand } from "../../command.ts";

export class RemoteHostsListCommand extends LlorchCommand<HostListing> {
	static override paths = [["remote", "hosts", "list"]];
	static override remote = "never" as const;
	static override usage = Command.Usage({
		category: "Hosts",
		description: "Show the profiles of hosts",
		details:
			"A host needs no profile: --remote takes any name that ssh takes. A profile adds where the repository is, and a short name.",
		examples: [["Every profile", "llorch remote hosts list"]],
	});

	protected async run(app: App): Promise<HostListing> {
		const { listProfiles } = await import("../../../app/remote/profiles.ts");
		return listProfiles(app);
	}

	protected render(listing: HostListing, style: Style): string {
		return formatProfiles(listing, style);
	}

	protected override summary({ hosts }: HostListing): string {
		return hosts.length === 0
			? "no profiles; llorch remote hosts add NAME makes one\n"
			: "";
	}
}
