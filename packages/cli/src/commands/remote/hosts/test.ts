import type { ErrorInfo, Work } from "@llorch/core";
import { Command, Option } from "clipanion";
import type { App } from "../../../app/app.ts";
import { judgeHosts } from "../../../app/forwarding-verdict.ts";
import type { HostEnds } from "../../../app/remote/on-hosts.ts";
import type { HostReport } from "../../../app/remote/test-hosts.ts";
import type { Style } from "../../../app/style.ts";
import {
	formatHostTest,
	formatHostTestNotes,
} from "../../../render/remote-hosts.ts";
import { LlorchCommand } from "../../command.ts";
import { completeHosts } from "../completes.ts";

export class RemoteHostsTestCommand extends LlorchCommand<
	HostEnds<HostReport>
> {
	static override paths = [["remote", "hosts", "test"]];
	static override remote = "never" as const;
	static override usage = Command.Usage({
		category: "Hosts",
		description: "Connect to hosts and show what they are and have",
		details:
			"Whether they can be reached, whether their key is known (on a terminal, an unknown one is shown and can be accepted), the login, the way it was made, this llorch, the repository, programs, cores, memory, disk and GPU. Folders with programs that a login without a terminal lacks on its PATH are kept in the profile.",
		examples: [
			["Every host with a profile", "llorch remote hosts test"],
			["One host", "llorch remote hosts test mac.home.arpa"],
		],
	});
	static override completes = completeHosts;

	hosts = Option.Rest({ name: "host" });

	protected async *run(app: App): Work<HostEnds<HostReport>> {
		const { testHosts } = await import("../../../app/remote/test-hosts.ts");
		await using remote = await app.remote();
		const names = this.hosts.length === 0 ? ["@all"] : this.hosts;
		return yield* testHosts(app, remote, remote.hosts(names.join(",")));
	}

	protected render(ends: HostEnds<HostReport>, style: Style): string {
		return formatHostTest(ends, style);
	}

	protected override summary(ends: HostEnds<HostReport>, style: Style): string {
		return formatHostTestNotes(ends, style);
	}

	protected override verdict({
		hosts,
	}: HostEnds<HostReport>): ErrorInfo | undefined {
		const [only] = hosts;
		return hosts.length === 1 ? only?.error : judgeHosts(hosts);
	}
}
