import { type ErrorInfo, LlorchError, type Work } from "@llorch/core";
import { Command, Option } from "clipanion";
import type { App } from "../../app/app.ts";
import { judgeHosts } from "../../app/forwarding-verdict.ts";
import type { SetupEnds } from "../../app/remote/setup-hosts.ts";
import type { Style } from "../../app/style.ts";
import { formatFleetEnds } from "../../render/remote-fleet.ts";
import { formatSetup } from "../../render/remote-setup.ts";
import { LlorchCommand } from "../command.ts";
import { completeHosts } from "./completes.ts";

export class RemoteSetupCommand extends LlorchCommand<SetupEnds> {
	static override paths = [["remote", "setup"]];
	static override remote = "never" as const;
	static override usage = Command.Usage({
		category: "Hosts",
		description:
			"Put this very llorch on a host, so that commands can run there",
		details: `
			It goes to ~/.llorch/bin on the host, checked by its sha256, and nowhere else; the host needs no internet. What is there already is left as it is.

			An executable goes to hosts of its own kind, or the one for theirs that lies beside it in the release; from source, the bundle goes to hosts with Node 22.19 or newer.
		`,
		examples: [
			["Make a host ready for --remote", "llorch remote setup mac"],
			["Every host with a profile", "llorch remote setup @all"],
			["Remove llorch from a host", "llorch remote setup mac --undo"],
		],
	});
	static override completes = completeHosts;

	binary = Option.String("--binary", {
		description: "Put this file there as llorch",
	});
	force = Option.Boolean("--force", false, {
		description: "Also where it is already",
	});
	undo = Option.Boolean("--undo", false, {
		description: "Remove every build of llorch from the host",
	});
	prune = Option.Boolean("--prune", false, {
		description: "Remove older builds from the host",
	});
	host = Option.String({ name: "host" });

	protected async *run(app: App): Work<SetupEnds> {
		if (this.undo && (this.prune || this.binary !== undefined))
			throw new LlorchError(
				"LLORCH_USAGE",
				"--undo goes with neither --prune nor --binary",
			);
		const { setUpHosts } = await import("../../app/remote/setup-hosts.ts");
		await using remote = await app.remote();
		return yield* setUpHosts(app, remote, {
			hosts: remote.hosts(this.host),
			binary: this.binary,
			force: this.force,
			undo: this.undo,
			prune: this.prune,
		});
	}

	protected render(ends: SetupEnds, style: Style): string {
		return formatSetup(ends, style);
	}

	protected override summary(ends: SetupEnds, style: Style): string {
		return "hosts" in ends ? formatFleetEnds(ends.hosts, style) : "";
	}

	protected override verdict(ends: SetupEnds): ErrorInfo | undefined {
		return "hosts" in ends ? judgeHosts(ends.hosts) : undefined;
	}
}
