import type { ModelInfo } from "@llorch/catalog";
import { formatBytes, redact } from "@llorch/core";
import type { Style } from "../app/style.ts";

/** All of a model as lines of a name and a value, tab-separated in a pipe. */
export function formatModelInfo(
	info: ModelInfo,
	{ sources, style }: { sources: boolean; style: Style },
): string {
	const lines = [
		...describeModel(info),
		...describeDisk(info),
		...info.files.flatMap((file) => describeFile(file, info.files.length > 1)),
		...(sources ? describeSources(info) : []),
	];
	const width = Math.max(...lines.map(([key]) => key.length));
	return lines
		.map(([key, value]) => {
			const clean = redact(value);
			return style.terminal
				? `${style.dim(key.padEnd(width))}  ${clean}\n`
				: `${key}\t${clean}\n`;
		})
		.join("");
}

type Line = [key: string, value: string];

function describeModel(info: ModelInfo): Line[] {
	const lines: [string, string | undefined][] = [
		["model", info.id],
		["name", info.name],
		["kind", info.kind],
		["repository", info.repo],
		["page", info.page],
		["revision", info.revision],
		["licence", info.license],
		["terms", info.terms],
		["parameters", info.parameters],
		["context", info.context?.toString()],
		["verified", info.verified ? "yes" : undefined],
		["unverified", info.unverified],
		["changed", info.changed],
		["convert to", info.converts],
		["notes", info.notes],
	];
	return lines.filter((line): line is Line => line[1] !== undefined);
}

function describeDisk({ state, bytes, path }: ModelInfo): Line[] {
	return [
		["on disk", state === "absent" ? "no" : `${state}, ${formatBytes(bytes)}`],
		...(path === undefined ? [] : [["path", path] as Line]),
	];
}

function describeFile(
	file: ModelInfo["files"][number],
	several: boolean,
): Line[] {
	const { disk } = file;
	const wrong = disk.state === "wrong";
	const here = disk.state === "verified" || disk.state === "unhashed";
	const bytes = file.size ?? (here ? disk.bytes : undefined);
	const size =
		bytes === undefined
			? "size unknown"
			: `${formatBytes(bytes)} (${bytes} bytes)`;
	return [
		["file", `${file.path}, ${size}${several ? `, ${disk.state}` : ""}`],
		["sha256", file.sha256 ?? (wrong ? undefined : disk.sha256) ?? "unknown"],
		...(wrong ? [["sha256 here", disk.sha256 ?? "unknown"] as Line] : []),
	];
}

function describeSources({ sources, files }: ModelInfo): Line[] {
	const ofFacts = Object.entries(sources ?? {}).flatMap(([fact, places]) =>
		places.map((place): Line => [`${fact} from`, place]),
	);
	const ofFiles = files.flatMap(({ path, sources: facts = {} }) =>
		Object.entries(facts).flatMap(([fact, places]) =>
			places.map((place): Line => [`${fact} from`, `${place} (${path})`]),
		),
	);
	return [...ofFacts, ...ofFiles];
}
