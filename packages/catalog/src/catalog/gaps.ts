import type { Model } from "./model.ts";

/** The facts an entry does not have, or has from nowhere, in the order of the file: `revision`, `context`, `size`, `sha256`, … */
export function gapsOf(model: Model): string[] {
	const { sources, files } = model;
	const cited = (fact: unknown, from: readonly string[] | undefined) =>
		fact !== undefined && from !== undefined && from.length > 0;
	const known: [string, boolean][] = [
		["revision", cited(model.revision, sources.revision)],
		["license", cited(model.license, sources.license)],
		["parameters", cited(model.parameters, sources.parameters)],
		["context", cited(model.context, sources.context)],
		["size", files.every((file) => cited(file.size, file.sources.size))],
		["sha256", files.every((file) => cited(file.sha256, file.sources.sha256))],
	];
	return known.filter(([, isKnown]) => !isKnown).map(([fact]) => fact);
}

/** Why an entry is unverified, or undefined when every fact of it is known and says where it comes from. */
export function whyUnverified(model: Model): string | undefined {
	if (model.unverified !== undefined) return model.unverified;
	const gaps = gapsOf(model);
	return gaps.length === 0
		? undefined
		: `nothing citable states its ${gaps.join(", ")}`;
}

/** Whether the catalog itself says what every byte must be. */
export function hasDigests(model: Model): boolean {
	return model.files.every((file) => file.sha256 !== undefined);
}

/** Bytes of all files, or undefined when one of them is not known. */
export function sizeOf(model: Model): number | undefined {
	let sum = 0;
	for (const file of model.files) {
		if (file.size === undefined) return undefined;
		sum += file.size;
	}
	return sum;
}
