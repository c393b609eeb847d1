import type { Work } from "@llorch/core";
import type { UndoEntry, Undone } from "@llorch/git";
import { Command, Option } from "clipanion";
import type { App } from "../../app/app.ts";
import type { Style } from "../../app/style.ts";
import { formatIds, formatUndoList, formatUndone } from "../../render/git.ts";
import { askUndo } from "../../render/git-losses.ts";
import { LlorchCommand } from "../command.ts";
import { confirm } from "../confirm.ts";
import { completeUndoEntries } from "./completes.ts";
import { onlyOne } from "./only-one.ts";

type Result =
	| { undone: Undone }
	| { entries: UndoEntry[] }
	| { pruned: string[] }
	| { givenUp: string[] };

export class GitUndoCommand extends LlorchCommand<Result> {
	static override paths = [["git", "undo"]];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Git",
		description: "Take back the last sync, reset or clean",
		details:
			"Puts files, index, branches and operations in progress back as they were, in the repository and in every submodule that was touched. What was done since is shown and asked about, and kept in its turn: an undo can be undone by its own id. Entries expire after git.undo_days.",
		examples: [
			["The last one", "llorch git undo"],
			["What can be taken back", "llorch git undo --list"],
			["A certain one", "llorch git undo 20260102T030405Z"],
		],
	});

	static override completes = completeUndoEntries;

	list = Option.Boolean("--list", false, {
		description: "Show the entries with their size, the newest first",
	});
	prune = Option.Boolean("--prune", false, {
		description: "Remove the entries that have expired",
	});
	all = Option.Boolean("--all", false, {
		description: "With --prune: remove every entry",
	});
	giveUp = Option.Boolean("--give-up", false, {
		description:
			"Leave what was interrupted as it is now, where it cannot be brought to an end",
	});
	force = Option.Boolean("-f,--force", false, { description: "Do not ask" });
	id = Option.String({ required: false, name: "id" });

	protected async *run(app: App): Work<Result> {
		onlyOne({
			"--list": this.list,
			"--prune": this.prune,
			"--give-up": this.giveUp,
			id: this.id,
		});
		const { signal } = app;
		const git = await app.git();
		if (this.list) return { entries: await git.listUndo({ signal }) };
		if (this.giveUp) return { givenUp: await git.giveUpUndo({ signal }) };
		if (this.prune) {
			if (this.all && !this.force)
				await confirm(app, {
					id: "git-undo-prune",
					kind: "confirm",
					text: "Remove every undo entry?",
					danger: "What they keep can then not be brought back.",
					flag: "--force",
				});
			return { pruned: await git.pruneUndo({ all: this.all, signal }) };
		}
		const plan = await git.planUndo({ id: this.id, signal });
		if (plan.losses.length > 0 && !this.force)
			await confirm(app, askUndo(plan));
		return { undone: yield* git.applyUndo(plan, { signal }) };
	}

	protected render(result: Result, style: Style): string {
		if ("entries" in result) return formatUndoList(result.entries, style);
		if ("pruned" in result) return formatIds(result.pruned);
		if ("givenUp" in result) return formatIds(result.givenUp);
		return formatUndone(result.undone);
	}

	protected override summary(result: Result): string {
		if ("entries" in result && result.entries.length === 0)
			return "nothing is kept\n";
		if ("givenUp" in result)
			return "left as it is now; each can still be taken back by its id\n";
		return "pruned" in result && result.pruned.length === 0
			? "nothing has expired\n"
			: "";
	}
}
