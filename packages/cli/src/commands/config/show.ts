import type { ConfigEntry } from "@llorch/config";
import { closest, LlorchError, redact, redactWords } from "@llorch/core";
import { Command, Option } from "clipanion";
import type { App } from "../../app/app.ts";
import { sections } from "../../app/sections.ts";
import type { Style } from "../../app/style.ts";
import { formatSettings } from "../../render/config.ts";
import { LlorchCommand } from "../command.ts";

type Shown = { settings: ConfigEntry[]; home: string };

export class ConfigShowCommand extends LlorchCommand<Shown> {
	static override paths = [["config", "show"]];
	static override remote = "forward" as const;
	static override usage = Command.Usage({
		category: "Configuration",
		description: "Show every setting that counts here",
		details:
			"Flags beat the environment, which beats the project's .llorch.toml, which beats the user's config.toml, which beats the defaults.",
		examples: [
			["Every setting", "llorch config show"],
			["And where its value comes from", "llorch config show --origin"],
			["Settings of one section", "llorch config show models"],
		],
	});

	static override completes = async () =>
		sections.map(({ name }) => ({ word: name, describe: "section" }));

	origin = Option.Boolean("--origin", false, {
		description: "Say where each value comes from: file and line, variable",
	});
	section = Option.String({ name: "section", required: false });

	protected async run(app: App): Promise<Shown> {
		const entries = await (await app.config()).entries();
		const all = entries.map((entry) => ({
			...entry,
			...withoutSecrets(entry),
		}));
		const wanted = this.section;
		if (wanted === undefined) return { home: app.home, settings: all };
		const names = all.map(({ section, key }) => `${section}.${key}`);
		const settings = all.filter((_, index) =>
			`${names[index]}.`.startsWith(`${wanted}.`),
		);
		if (settings.length > 0) return { home: app.home, settings };
		const meant = closest(wanted, [
			...names,
			...sections.map(({ name }) => name),
		]);
		throw new LlorchError(
			"LLORCH_USAGE",
			`there is no setting ${wanted}${meant ? ` (did you mean ${meant}?)` : ""}`,
			{ run: ["config", "show"] },
		);
	}

	protected render({ settings, home }: Shown, style: Style): string {
		return formatSettings(settings, { origin: this.origin, home, style });
	}
}

/** An address may hold a password, and an option of llm a key: they are read there and shown nowhere. */
function withoutSecrets({ value }: ConfigEntry): Pick<ConfigEntry, "value"> {
	return value === undefined
		? {}
		: { value: JSON.parse(JSON.stringify(value), (_key, each) => mask(each)) };
}

function mask(value: unknown): unknown {
	// By words first, then as one text: a bearer token stands in two words.
	if (typeof value === "string")
		return redact(redactWords(value.split(" ")).join(" "));
	return Array.isArray(value) && value.every((word) => typeof word === "string")
		? redactWords(value)
		: value;
}
