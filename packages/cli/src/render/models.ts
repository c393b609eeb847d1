import type {
	CatalogListing,
	Deleted,
	DeletePlan,
	DiskListing,
	DiskUsage,
	Downloads,
	Verifications,
} from "@llorch/catalog";
import { formatBytes, formatCount, type Question, redact } from "@llorch/core";
import type { Style } from "../app/style.ts";
import { formatTable } from "./table.ts";

/** The catalog as a table. */
export function formatCatalog(
	{ models }: CatalogListing,
	style: Style,
): string {
	return formatTable(
		["id", "size>", "weights>", "context>", "licence", "on disk", "facts"],
		models.map((model) => [
			model.id,
			model.size === undefined ? "?" : formatBytes(model.size),
			model.parameters ?? "?",
			model.context === undefined ? "?" : String(model.context),
			`${model.license ?? "?"}${model.terms === undefined ? "" : " (own terms)"}`,
			model.state === "absent" && style.terminal ? "" : model.state,
			model.verified ? "verified" : style.warn("unverified"),
		]),
		style,
	);
}

export function formatCatalogCounts(
	listing: CatalogListing,
	style: Style,
): string {
	const { total, verified, onDisk } = listing;
	const warnings = listing.warnings.map(
		(text) => `${style.warn("warning:")} ${redact(text)}\n`,
	);
	return `${warnings.join("")}${formatUnreadable(listing, style)}${formatCount(total, "model")}, ${verified} verified, ${onDisk} on this disk; llorch models info ID says more\n`;
}

/** Tables are not complete where the system does not let us look. */
function formatUnreadable(
	{ unreadable = [] }: { unreadable?: readonly string[] },
	style: Style,
): string {
	return unreadable
		.map(
			(path) =>
				`${style.warn("warning:")} ${redact(path)} may not be read: what is in it is not shown\n`,
		)
		.join("");
}

/** What is on the disk: an id, a repository or a path, its state, size and place. */
export function formatDisk(listing: DiskListing, style: Style): string {
	const { models, repos, strangers } = listing;
	return formatTable(
		["model", "state", "size>", "place"],
		[
			...models.map(({ id, state, bytes, path }) => [
				id,
				state,
				formatBytes(bytes),
				path,
			]),
			...repos.map(({ repo, files, bytes }) => [
				repo,
				"not in the catalog",
				formatBytes(bytes),
				`${formatCount(files, "file")} in ${listing.cache}`,
			]),
			...strangers.map(({ path, bytes }) => [
				path.slice(path.lastIndexOf("/") + 1),
				"not in the catalog",
				formatBytes(bytes),
				path,
			]),
		].map((row) => row.map(redact)),
		style,
	);
}

/** Entries whose facts the catalog cannot vouch for are named wherever they are met. */
function formatUnverified(
	names: readonly { name: string; unverified?: string }[],
): string {
	const unverified = names.filter((each) => each.unverified !== undefined);
	return unverified.length === 0
		? ""
		: `unverified: ${unverified.map(({ name }) => name).join(", ")}; llorch models info ID says why\n`;
}

export function formatDiskTotal(listing: DiskListing, style: Style): string {
	return formatUnreadable(listing, style) + totalOf(listing);
}

function totalOf(listing: DiskListing): string {
	const rows = [listing.models, listing.repos, listing.strangers].flat();
	const { unmatched } = listing;
	if (unmatched !== undefined)
		return `nothing here has ${redact(unmatched.name)} in its name${unmatched.meant === undefined ? "; llorch models list shows what is here" : ` (did you mean "${redact(unmatched.meant)}"?)`}\n`;
	if (rows.length === 0)
		return "nothing here; llorch models catalog shows what there is\n";
	const total = rows.reduce((sum, { bytes }) => sum + bytes, 0);
	const models = listing.models.map(({ id, ...rest }) => ({
		...rest,
		name: id,
	}));
	return `${formatBytes(total)} in all\n${formatUnverified(models)}`;
}

/** How each model ended, with where it is, or why it is not. */
export function formatDownloads({ models }: Downloads, style: Style): string {
	return formatTable(
		["model", "", "size>", "place"],
		models.map(({ name, status, bytes, path, error }) => [
			name,
			status === "failed" ? style.bad(status) : status,
			status === "failed" ? "" : formatBytes(bytes),
			redact(path ?? error?.message ?? ""),
		]),
		style,
	);
}

/** Totals, where there is more than one line to add up. */
export function formatDownloadCounts(downloads: Downloads): string {
	// Of what was fetched, it was said before it was.
	const present = downloads.models.filter(({ status }) => status === "present");
	const unverified = formatUnverified(present);
	if (downloads.models.length < 2) return unverified;
	const counts = (["downloaded", "present", "failed"] as const)
		.filter((status) => downloads[status] > 0)
		.map((status) => `${downloads[status]} ${status}`);
	return `${counts.join(", ")}, ${formatBytes(downloads.fetchedBytes)} fetched\n${unverified}`;
}

export function formatVerifications(
	{ models }: Verifications,
	style: Style,
): string {
	return formatTable(
		["model", "", "size>", "sha256 or reason"],
		models.map(({ name, status, bytes, files, error }) => [
			name,
			status === "ok" ? style.good(status) : style.bad(status),
			formatBytes(bytes),
			redact(error?.message ?? formatDigests(files)),
		]),
		style,
	);
}

/** What the table leaves open: that `--all` met nothing, and whose facts nobody vouches for. */
export function formatVerified({ models }: Verifications): string {
	return models.length === 0
		? "no model is on this disk\n"
		: formatUnverified(models);
}

function formatDigests(
	files: Verifications["models"][number]["files"],
): string {
	const [only, ...more] = files;
	return more.length === 0
		? (only?.found?.sha256 ?? "")
		: formatCount(files.length, "file");
}

/** The question before a deletion, with all that would go. */
export function askDelete(plan: DeletePlan): Question {
	const going = [
		...plan.links,
		...plan.snapshots,
		...plan.blobs.map(({ path, bytes }) => `${path} (${formatBytes(bytes)})`),
		...plan.partials.map(
			({ path, bytes }) => `${path} (${formatBytes(bytes)}, begun)`,
		),
	];
	const staying = [
		...plan.kept.map(
			({ path, usedBy }) => `${path} (used by ${usedBy.join(", ")})`,
		),
		...plan.untouched.map((path) => `${path} (yours)`),
	];
	const indent = (line: string) => `  ${line}`;
	return {
		id: "models-delete",
		kind: "confirm",
		text: `Delete ${plan.names.join(", ")} and free ${formatBytes(plan.freedBytes)}?`,
		danger: [
			"This goes:",
			...going.map(indent),
			...(staying.length === 0 ? [] : ["This stays:", ...staying.map(indent)]),
		].join("\n"),
		flag: "--force",
	};
}

export function formatDeleted({ names, removed, freedBytes }: Deleted): string {
	return removed.length === 0
		? ""
		: `deleted ${names.join(", ")}: ${formatBytes(freedBytes)} freed\n`;
}

/** What was not deleted, and why. */
export function formatKept(deleted: Deleted): string {
	const { names, removed, kept, untouched } = deleted;
	const lines = [
		...(removed.length === 0
			? [`${names.join(", ")}: nothing of it is on this machine`]
			: []),
		...kept.map(
			({ path, usedBy }) => `kept ${path}: used by ${usedBy.join(", ")}`,
		),
		...untouched.map((path) => `kept ${path}: it is not llorch's`),
	];
	return lines.map((line) => `${redact(line)}\n`).join("");
}

/** Who takes how much, the largest first, and all of it in the last line. */
export function formatUsage(usage: DiskUsage, style: Style): string {
	const { models, repos, base, bytes } = usage;
	return formatTable(
		["what", "size>"],
		[
			...models.map((model) => [model.id, formatBytes(model.bytes)]),
			...repos.map((repo) => [redact(repo.repo), formatBytes(repo.bytes)]),
			...(base === undefined || base.otherBytes === 0
				? []
				: [[`files in ${redact(base.path)}`, formatBytes(base.otherBytes)]]),
			["total", formatBytes(bytes)],
		],
		style,
	);
}

export function formatUsageNotes(usage: DiskUsage, style: Style): string {
	const { cache, partialBytes, unusedBytes } = usage;
	const lines = [
		`${formatBytes(cache.freeBytes)} of ${formatBytes(cache.totalBytes)} are free where ${cache.path} is`,
	];
	if (partialBytes > 0)
		lines.push(`${formatBytes(partialBytes)} of it are begun downloads`);
	if (unusedBytes > 0)
		lines.push(
			`${formatBytes(unusedBytes)} of it are files that no snapshot leads to`,
		);
	return (
		formatUnreadable(usage, style) +
		lines.map((line) => `${redact(line)}\n`).join("")
	);
}
