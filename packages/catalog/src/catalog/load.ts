import { closest, formatCount, LlorchError } from "@llorch/core";
import { parse, TomlError } from "smol-toml";
import {
	CITATIONS_RULE,
	FILE_FACTS,
	FILE_RULES,
	MODEL_FACTS,
	MODEL_RULES,
	type Rule,
} from "./facts.ts";
import { whyUnverified } from "./gaps.ts";
import { findLine, type Spot } from "./lines.ts";
import type { Model } from "./model.ts";

export type LoadedCatalog = {
	/** In the order of the file. */
	models: readonly Model[];
	/** One line per entry that is not to be taken at its word: `catalog.toml:12: llama2 is unverified: …`. */
	warnings: readonly string[];
};

type Table = Readonly<Record<string, unknown>>;
type Problem = { text: string } & Spot;
type Complain = (spot: Spot, text: string) => void;

/** The version of the format that this program reads. */
const VERSION = 1;

/**
 * Reads and checks a catalog. `file` is what messages call it.
 * Throws LLORCH_CATALOG_INVALID with every mistake in it, each with its line.
 */
export function loadCatalog(text: string, file: string): LoadedCatalog {
	const where = (line: number | undefined) =>
		line === undefined ? file : `${file}:${line}`;
	const problems: Problem[] = [];
	const complain: Complain = (spot, what) =>
		problems.push({ ...spot, text: what });
	const models = readDocument(parseToml(text, file), complain);
	if (problems.length > 0)
		throw invalid(
			problems
				.map((each) => ({ line: findLine(text, each), text: each.text }))
				.sort((left, right) => (left.line ?? 0) - (right.line ?? 0))
				.map((each) => `${where(each.line)}: ${each.text}`),
		);
	const warnings = models.flatMap((model, index) => {
		const reason = whyUnverified(model);
		return reason === undefined
			? []
			: [
					`${where(findLine(text, { model: index }))}: ${model.id} is unverified: ${reason}`,
				];
	});
	return { models, warnings };
}

function parseToml(text: string, file: string): Table {
	try {
		return parse(text);
	} catch (error) {
		if (!(error instanceof TomlError)) throw error;
		// The rest of the message is a picture of the line.
		const [what = ""] = error.message.split("\n");
		throw invalid([
			`${file}:${error.line}: ${what.replace("Invalid TOML document: ", "")}`,
		]);
	}
}

function invalid(problems: readonly string[]): LlorchError {
	return new LlorchError(
		"LLORCH_CATALOG_INVALID",
		problems.length === 1
			? problems.join()
			: `the catalog has ${formatCount(problems.length, "mistake")}:\n${problems.join("\n")}`,
		{ details: { problems: [...problems] } },
	);
}

function readDocument(document: Table, complain: Complain): Model[] {
	refuseUnknown(document, ["version", "model"], "", {}, complain);
	if (document.version !== VERSION)
		complain(
			{ key: "version" },
			document.version === undefined
				? `version is missing (this llorch reads version = ${VERSION})`
				: `version must be ${VERSION}: this catalog is for another llorch`,
		);
	const tables = listOfTables(document.model);
	if (tables === undefined || tables.length === 0) {
		complain({}, "there must be at least one [[model]]");
		return [];
	}
	const models = tables.map((table, index) =>
		readModel(table, index, complain),
	);
	refuseTwice(models, complain);
	return models;
}

function readModel(table: Table, model: number, complain: Complain): Model {
	const spot = { model };
	const label = typeof table.id === "string" ? table.id : `model ${model + 1}`;
	const keys = [...Object.keys(MODEL_RULES), "sources", "files"];
	refuseUnknown(table, keys, `${label}: `, spot, complain);
	checkValues(table, MODEL_RULES, ["id", "repo"], label, spot, complain);
	const sources = readSources(table, MODEL_FACTS, label, spot, complain);
	const files = listOfTables(table.files);
	if (files === undefined || files.length === 0)
		complain(spot, `${label}: there must be at least one [[model.files]]`);
	return {
		name: table.id,
		dir: table.id,
		...table,
		sources,
		files: (files ?? []).map((each, file) => {
			const at = { model, file };
			const known = [...Object.keys(FILE_RULES), "sources"];
			refuseUnknown(each, known, `${label}: `, at, complain);
			checkValues(each, FILE_RULES, ["path"], label, at, complain);
			return {
				place: each.path,
				...each,
				sources: readSources(each, FILE_FACTS, label, at, complain),
			};
		}),
		// What is missing or of the wrong type was complained about, and nothing of it is used then.
	} as unknown as Model;
}

function checkValues(
	table: Table,
	rules: Readonly<Record<string, Rule>>,
	required: readonly string[],
	label: string,
	spot: Spot,
	complain: Complain,
): void {
	for (const key of required)
		if (table[key] === undefined) complain(spot, `${label}: ${key} is missing`);
	for (const [key, rule] of Object.entries(rules)) {
		const value = table[key];
		const wrong = value === undefined ? undefined : rule(value);
		if (wrong !== undefined)
			complain(
				{ ...spot, key },
				`${label}: ${key} must be ${wrong} (got ${show(value)})`,
			);
	}
}

function readSources(
	table: Table,
	facts: readonly string[],
	label: string,
	spot: Spot,
	complain: Complain,
): Table {
	const sources = table.sources ?? {};
	if (!isTable(sources)) {
		complain(
			{ ...spot, key: "sources" },
			`${label}: sources must be a table, one key for each fact`,
		);
		return {};
	}
	refuseUnknown(sources, facts, `${label}: sources.`, spot, complain);
	for (const [fact, places] of Object.entries(sources)) {
		const at = { ...spot, key: `sources.${fact}` };
		const wrong = CITATIONS_RULE(places);
		if (wrong !== undefined)
			complain(
				at,
				`${label}: sources.${fact} must be ${wrong} (got ${show(places)})`,
			);
		else if (table[fact] === undefined && facts.includes(fact))
			complain(at, `${label}: sources.${fact} is given, but not ${fact}`);
	}
	return sources;
}

function refuseUnknown(
	table: Table,
	known: readonly string[],
	prefix: string,
	spot: Spot,
	complain: Complain,
): void {
	for (const key of Object.keys(table)) {
		if (known.includes(key)) continue;
		const meant = closest(key, known);
		const path = prefix.endsWith("sources.") ? `sources.${key}` : key;
		complain(
			{ ...spot, key: path },
			`${prefix.replace(/sources\.$/, "")}unknown key "${path}"${meant === undefined ? "" : ` (did you mean "${meant}"?)`}`,
		);
	}
}

/** Two entries with one id, or two files with one place on disk. */
function refuseTwice(models: readonly Model[], complain: Complain): void {
	const ids = new Map<string, number>();
	const places = new Map<string, string>();
	for (const [model, { id, dir, files }] of models.entries()) {
		if (ids.has(id))
			complain({ model, key: "id" }, `the id "${id}" is there twice`);
		ids.set(id, model);
		for (const [file, { path, place }] of files.entries()) {
			// Two names that differ only in case are one file on macOS.
			const spot = `${dir}/${place}`.toLowerCase();
			const owner = places.get(spot);
			if (owner !== undefined)
				complain(
					{ model, file, key: "path" },
					`${id}: ${path} would stand at ${dir}/${place}, where ${owner === id ? "another of its files" : `a file of ${owner}`} stands`,
				);
			else places.set(spot, id);
		}
	}
}

function listOfTables(value: unknown): Table[] | undefined {
	return Array.isArray(value) && value.every(isTable) ? value : undefined;
}

function isTable(value: unknown): value is Table {
	return (
		typeof value === "object" &&
		value !== null &&
		!Array.isArray(value) &&
		!(value instanceof Date)
	);
}

function show(value: unknown): string {
	const text = JSON.stringify(value);
	return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
