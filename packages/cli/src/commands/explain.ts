import { closest, LlorchError } from "@llorch/core";
import { Command, Option } from "clipanion";
import { allErrors } from "../app/error-tables.ts";
import { LlorchCommand } from "./command.ts";

type Explanation = { code: string; exit: number; title: string; page: string };

export class ExplainCommand extends LlorchCommand<Explanation> {
	static override paths = [["explain"]];
	static override remote = "never" as const;
	static override usage = Command.Usage({
		category: "llorch itself",
		description: "Explain an error code and what to do about it",
		examples: [
			["Why a download was refused", "llorch explain LLORCH_DIGEST_MISMATCH"],
		],
	});

	static override completes = async () =>
		Object.entries(allErrors).map(([word, { title }]) => ({
			word,
			describe: title,
		}));

	code = Option.String({ name: "code" });

	protected async run(): Promise<Explanation> {
		const code = this.code.toUpperCase() as `LLORCH_${string}`;
		const entry = allErrors[code];
		if (entry === undefined) {
			const meant = closestCode(code);
			throw new LlorchError(
				"LLORCH_USAGE",
				`there is no error code ${code}${meant ? ` (did you mean ${meant}?)` : ""}`,
				meant === undefined ? {} : { run: ["explain", meant] },
			);
		}
		const { errorPages } = await import("../generated/error-pages.ts");
		return { code, ...entry, page: errorPages[code] ?? "" };
	}

	protected render({ exit, page }: Explanation): string {
		return `${page.trim()}\n\nExit code: ${exit}\n`;
	}
}

/** What all codes begin with says nothing about which one was meant. */
function closestCode(code: string): string | undefined {
	const bare = (name: string) => name.replace(/^LLORCH_/, "");
	const meant = closest(bare(code), Object.keys(allErrors).map(bare));
	return meant === undefined ? undefined : `LLORCH_${meant}`;
}
