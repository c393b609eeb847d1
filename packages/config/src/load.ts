import type { AnySection } from "@llorch/core";
import { type Config, createConfig } from "./config.ts";
import {
	type Candidate,
	findRepositoryRoot,
	readFiles,
	type Surroundings,
} from "./find-files.ts";
import {
	type FlagValue,
	type Overrides,
	readEnvironment,
	readFlags,
} from "./overrides.ts";
import { showPath } from "./paths.ts";
import type { ConfigFile, Place, ReadFile } from "./places.ts";
import {
	formatProblem,
	locate,
	type Mistake,
	type Problem,
	toError,
} from "./problems.ts";
import type { FileReading } from "./read-document.ts";
import { readBytes, readText } from "./read-text.ts";
import { resolve } from "./resolve.ts";
import { buildSchema, type Rename, type Schema } from "./schema.ts";

/** What `loadConfig` works from. */
export type ConfigOptions = Surroundings & {
	/** What the features declare, in the order of the reference page. */
	sections: readonly AnySection[];
	/** Old names that still load. */
	renames?: readonly Rename[];
	/** What this command's own flags set. */
	flags?: readonly FlagValue[];
};

/** The configuration looked at without failing: for `config validate` and doctor. */
export type ConfigReport = Pick<
	Config,
	"files" | "notes" | "repositoryRoot"
> & {
	problems: Problem[];
};

/**
 * Reads the configuration: flags over environment over `.llorch.toml` (or the file that `--config` names) over the
 * user's file over defaults. Throws one error with every problem of every source: LLORCH_CONFIG_INVALID, or
 * LLORCH_CONFIG_MISSING, LLORCH_CONFIG_UNREADABLE, LLORCH_CONFIG_TOO_NEW where one of the problems is that;
 * LLORCH_USAGE when only flags are wrong.
 */
export async function loadConfig(options: ConfigOptions): Promise<Config> {
	const gathered = await gather(options);
	const { mistakes, layers, overrides } = gathered;
	if (mistakes.length > 0)
		throw toError(await locate(mistakes), options.configFile);
	return createConfig({
		...(await report(gathered)),
		sections: options.sections.map(({ name, settings }) => ({
			name,
			keys: Object.entries(settings).map(([key, setting]) => {
				const id = `${name}.${key}`;
				const said = layers.flatMap((layer) => layer.stated.get(id) ?? []);
				return {
					name: key,
					resolved: resolve(setting, id.split("."), said, overrides),
				};
			}),
		})),
	});
}

/** Looks at everything `loadConfig` reads, and returns what is wrong instead of throwing it. */
export async function checkConfig(
	options: ConfigOptions,
): Promise<ConfigReport> {
	const gathered = await gather(options);
	return {
		...(await report(gathered)),
		problems: await locate(gathered.mistakes),
	};
}

/** Checks one file's text, before it is written. `shown` names the file in messages. */
export async function checkConfigText(
	text: string,
	options: Pick<ConfigOptions, "sections" | "renames"> & {
		path: string;
		shown?: string;
	},
): Promise<{ problems: Problem[]; notes: string[] }> {
	const { path, shown = path } = options;
	const file: ReadFile = {
		path,
		kind: "file",
		shown,
		text: text.replace(/^\ufeff/, ""),
	};
	const schema = buildSchema(options.sections, options.renames ?? []);
	const { mistakes, notes } = await readText(file, schema);
	return { problems: await locate(mistakes), notes: await tell(notes) };
}

type Gathered = {
	files: ConfigFile[];
	repositoryRoot: string | undefined;
	/** What each file says, the strongest first. */
	layers: FileReading[];
	overrides: Overrides[];
	mistakes: Mistake[];
	/** About the environment; the files' own stand in `layers`. */
	notes: string[];
};

async function gather(options: ConfigOptions): Promise<Gathered> {
	const schema = buildSchema(options.sections, options.renames ?? []);
	const repositoryRoot = await findRepositoryRoot(options.cwd);
	const candidates = await readFiles(options, repositoryRoot);
	const mistakes: Mistake[] = [];
	const overrides = [
		readFlags(schema, options.flags ?? [], (place, text) =>
			mistakes.push({ place, text, code: "LLORCH_USAGE" }),
		),
		readEnvironment(schema, options.env, (place, text) =>
			mistakes.push({ place, text }),
		),
	];
	const layers = await Promise.all(
		candidates.map((candidate) => readCandidate(candidate, schema, options)),
	);
	return {
		files: candidates.map(({ path, kind, bytes, error }) => ({
			path,
			kind,
			exists: bytes !== undefined || error !== undefined,
		})),
		repositoryRoot,
		layers,
		overrides,
		mistakes: [...mistakes, ...layers.flatMap((layer) => layer.mistakes)],
		notes: schema.retiredEnv.flatMap(({ env, note }) =>
			options.env[env] ? [`${env} ${note}`] : [],
		),
	};
}

async function readCandidate(
	{ path, kind, bytes, error, namedBy }: Candidate,
	schema: Schema,
	surroundings: Surroundings,
): Promise<FileReading> {
	const file = { path, kind, shown: showPath(path, surroundings) };
	if (bytes !== undefined) return readBytes(file, bytes, schema);
	const place: Place = { kind: "file", file: { ...file, text: "" }, at: [] };
	const mistakes: Mistake[] = [];
	if (error !== undefined) {
		// Node's message goes on with the path: `EACCES: permission denied, open '…'`.
		const [reason = ""] = error.message.split(",");
		const text = `cannot be read (${reason})`;
		mistakes.push({ place, text, code: "LLORCH_CONFIG_UNREADABLE" });
	} else if (namedBy !== undefined) {
		const text = `there is no such file (${namedBy} names it)`;
		mistakes.push({ place, text, code: "LLORCH_CONFIG_MISSING" });
	}
	return { stated: new Map(), mistakes, notes: [] };
}

async function report({
	files,
	layers,
	notes,
	repositoryRoot,
}: Gathered): Promise<
	Pick<ConfigReport, "files" | "notes" | "repositoryRoot">
> {
	const ofFiles = await tell(layers.flatMap((layer) => layer.notes));
	return {
		files,
		notes: [...notes, ...ofFiles],
		...(repositoryRoot === undefined ? {} : { repositoryRoot }),
	};
}

async function tell(notes: readonly Mistake[]): Promise<string[]> {
	return (await locate(notes)).map(formatProblem);
}
