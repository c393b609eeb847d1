import type { LoggedRun } from "@llorch/toolchain";
import { Command, Option } from "clipanion";
import type { App } from "../../app/app.ts";
import type { Style } from "../../app/style.ts";
import { formatLogs, formatNoLogs } from "../../render/inference.ts";
import { backendWord, completeBackends } from "../backends.ts";
import { LlorchCommand } from "../command.ts";
import { numberFor } from "../number-option.ts";

const count = numberFor({ type: "integer", range: [1, 1_000_000] });

/** The logs of the last runs; an object, so that more can be said of them one day. */
type Logs = { runs: LoggedRun[] };

export class TestLogsCommand extends LlorchCommand<Logs> {
	static override paths = [["test", "logs"]];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Test",
		description: "Show the logs of the workers that were tried out last",
		details:
			"Every `test inference` keeps the worker's log and its answer, as far as it came. The last 20 are kept.",
		examples: [
			["The last one", "llorch test logs"],
			["The last three on CUDA", "llorch test logs cuda -n 3"],
		],
	});
	static override completes = completeBackends;

	count = Option.String("-n", "1", {
		description: "How many runs, the latest first",
		validator: count,
	});
	lines = Option.String("--lines", "50", {
		description: "How many lines of each log, from its end",
		validator: count,
	});
	backend = backendWord();

	protected async run(app: App): Promise<Logs> {
		const toolchain = await app.toolchain();
		const { backend, count: runs, lines } = this;
		return { runs: await toolchain.logs({ backend, runs, lines }) };
	}

	protected render({ runs }: Logs, style: Style): string {
		return formatLogs(runs, style);
	}

	protected override summary({ runs }: Logs): string {
		return formatNoLogs(runs);
	}
}
