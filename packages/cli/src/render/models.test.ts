import type {
	CatalogListing,
	DeletePlan,
	DiskListing,
	DiskUsage,
	Downloads,
	Verifications,
} from "@llorch/catalog";
import { expect, test } from "vitest";
import type { Style } from "../app/style.ts";
import {
	askDelete,
	formatCatalog,
	formatCatalogCounts,
	formatDeleted,
	formatDisk,
	formatDiskTotal,
	formatDownloadCounts,
	formatDownloads,
	formatKept,
	formatUsage,
	formatUsageNotes,
	formatVerifications,
	formatVerified,
} from "./models.ts";
import { plainStyle } from "./style.ts";

const terminal: Style = { ...plainStyle, terminal: true, columns: 80 };
const SHA = "ab".repeat(32);

const listing: CatalogListing = {
	total: 2,
	verified: 1,
	onDisk: 1,
	warnings: ["mine.toml:9: other is unverified: nobody knows"],
	models: [
		{
			id: "tiny",
			name: "Tiny",
			repo: "org/tiny",
			size: 668788096,
			parameters: "1.1B",
			context: 2048,
			license: "Apache-2.0",
			verified: true,
			state: "ready",
			bytes: 668788096,
		},
		{
			id: "other",
			name: "Other",
			repo: "org/other",
			license: "gemma",
			terms: "Gemma Terms of Use",
			verified: false,
			unverified: "nobody knows",
			state: "absent",
			bytes: 0,
		},
	],
};

test("the catalog as a table says what is here and what is unverified", () => {
	expect(formatCatalog(listing, terminal)).toBe(
		[
			"ID       SIZE  WEIGHTS  CONTEXT  LICENCE            ON DISK  FACTS",
			"tiny   669 MB     1.1B     2048  Apache-2.0         ready    verified",
			"other       ?        ?        ?  gemma (own terms)           unverified",
			"",
		].join("\n"),
	);
	expect(formatCatalog(listing, plainStyle)).toBe(
		[
			"tiny\t669 MB\t1.1B\t2048\tApache-2.0\tready\tverified",
			"other\t?\t?\t?\tgemma (own terms)\tabsent\tunverified",
			"",
		].join("\n"),
	);
	expect(formatCatalogCounts(listing, plainStyle)).toBe(
		"warning: mine.toml:9: other is unverified: nobody knows\n2 models, 1 verified, 1 on this disk; llorch models info ID says more\n",
	);
});

const disk: DiskListing = {
	cache: "/home/me/.cache/huggingface/hub",
	baseDir: "/repo/.test-models",
	models: [
		{
			id: "tiny",
			state: "partial",
			bytes: 5e6,
			path: "/cache/tiny.part",
			unverified: "nobody knows",
		},
	],
	repos: [{ repo: "org/hf", files: 2, bytes: 1e9 }],
	strangers: [{ path: "/repo/.test-models/mine/my\u001b[31m.gguf", bytes: 7 }],
};

test("the disk as a table: the catalog's models, other repositories, other files", () => {
	expect(formatDisk(disk, terminal)).toBe(
		[
			"MODEL    STATE                  SIZE  PLACE",
			"tiny     partial             5.00 MB  /cache/tiny.part",
			"org/hf   not in the catalog  1.00 GB  2 files in /home/me/.cache/huggingface/hub",
			"my.gguf  not in the catalog      7 B  /repo/.test-models/mine/my.gguf",
			"",
		].join("\n"),
	);
	expect(formatDisk(disk, plainStyle)).toBe(
		[
			"tiny\tpartial\t5.00 MB\t/cache/tiny.part",
			"org/hf\tnot in the catalog\t1.00 GB\t2 files in /home/me/.cache/huggingface/hub",
			"my.gguf\tnot in the catalog\t7 B\t/repo/.test-models/mine/my.gguf",
			"",
		].join("\n"),
	);
	expect(formatDiskTotal(disk, plainStyle)).toBe(
		"1.01 GB in all\nunverified: tiny; llorch models info ID says why\n",
	);
});

test("what may not be read is said wherever it is missing", () => {
	const unreadable = ["/cache/models--a--b"];
	const said =
		"warning: /cache/models--a--b may not be read: what is in it is not shown\n";
	const none = { cache: "/c", models: [], repos: [], strangers: [] };
	expect(formatDiskTotal({ ...none, unreadable }, plainStyle)).toContain(said);
	expect(formatUsageNotes({ ...usage, unreadable }, plainStyle)).toContain(
		said,
	);
	expect(formatCatalogCounts({ ...listing, unreadable }, plainStyle)).toContain(
		said,
	);
});

test("an empty disk has no rows, and is told where models come from", () => {
	const empty = { cache: "/c", models: [], repos: [], strangers: [] };
	expect(formatDisk(empty, plainStyle)).toBe("");
	expect(formatDiskTotal(empty, plainStyle)).toBe(
		"nothing here; llorch models catalog shows what there is\n",
	);
});

test("models are here, but none of that name", () => {
	const none = { cache: "/c", models: [], repos: [], strangers: [] };
	expect(
		formatDiskTotal({ ...none, unmatched: { name: "zzz" } }, plainStyle),
	).toBe(
		"nothing here has zzz in its name; llorch models list shows what is here\n",
	);
	expect(
		formatDiskTotal(
			{ ...none, unmatched: { name: "tini", meant: "tiny" } },
			plainStyle,
		),
	).toBe('nothing here has tini in its name (did you mean "tiny"?)\n');
});

const downloads: Downloads = {
	downloaded: 1,
	present: 1,
	failed: 1,
	fetchedBytes: 5e6,
	models: [
		{ name: "tiny", status: "downloaded", bytes: 5e6, path: "/m/t", files: [] },
		{ name: "qwen", status: "present", bytes: 4e6, path: "/m/q", files: [] },
		{
			name: "phi3",
			status: "failed",
			bytes: 0,
			files: [],
			error: { code: "LLORCH_GATED", message: "phi3 is\ngated" },
		},
	],
};

test("downloads, one a line, with where each is or why it is not", () => {
	expect(formatDownloads(downloads, terminal)).toBe(
		[
			"MODEL                 SIZE  PLACE",
			"tiny   downloaded  5.00 MB  /m/t",
			"qwen   present     4.00 MB  /m/q",
			"phi3   failed               phi3 is gated",
			"",
		].join("\n"),
	);
	expect(formatDownloads(downloads, plainStyle)).toBe(
		[
			"tiny\tdownloaded\t5.00 MB\t/m/t",
			"qwen\tpresent\t4.00 MB\t/m/q",
			"phi3\tfailed\t\tphi3 is gated",
			"",
		].join("\n"),
	);
	expect(formatDownloadCounts(downloads)).toBe(
		"1 downloaded, 1 present, 1 failed, 5.00 MB fetched\n",
	);
	expect(
		formatDownloadCounts({
			...downloads,
			models: downloads.models.slice(0, 1),
		}),
	).toBe("");
	expect(
		formatDownloadCounts({
			...downloads,
			models: downloads.models
				.slice(0, 2)
				.map((model) => ({ ...model, unverified: "nobody knows" })),
		}),
	).toContain("fetched\nunverified: qwen; llorch models info ID says why\n");
});

const verifications: Verifications = {
	ok: 2,
	failed: 1,
	models: [
		{
			name: "tiny",
			status: "ok",
			bytes: 5,
			files: [
				{
					path: "t.gguf",
					status: "ok",
					bytes: 5,
					found: { sha256: SHA, size: 5 },
					links: [],
				},
			],
		},
		{
			name: "gpt2",
			status: "ok",
			bytes: 9,
			files: [
				{ path: "a", status: "ok", bytes: 4, links: [] },
				{ path: "b", status: "ok", bytes: 5, links: [] },
			],
		},
		{
			name: "qwen",
			status: "mismatch",
			bytes: 5,
			files: [],
			error: { code: "LLORCH_DIGEST_MISMATCH", message: "not the file" },
		},
	],
};

test("verifications, with the hash or the reason", () => {
	expect(formatVerifications(verifications, terminal)).toBe(
		[
			"MODEL            SIZE  SHA256 OR REASON",
			`tiny   ok         5 B  ${SHA}`,
			"gpt2   ok         9 B  2 files",
			"qwen   mismatch   5 B  not the file",
			"",
		].join("\n"),
	);
	expect(formatVerifications(verifications, plainStyle)).toBe(
		`tiny\tok\t5 B\t${SHA}\ngpt2\tok\t9 B\t2 files\nqwen\tmismatch\t5 B\tnot the file\n`,
	);
	expect(formatVerified(verifications)).toBe("");
	const [tiny] = verifications.models;
	expect(
		formatVerified({
			...verifications,
			models: tiny ? [{ ...tiny, unverified: "nobody knows" }] : [],
		}),
	).toBe("unverified: tiny; llorch models info ID says why\n");
	expect(formatVerified({ ok: 0, failed: 0, models: [] })).toBe(
		"no model is on this disk\n",
	);
});

const plan: DeletePlan = {
	names: ["qwen"],
	empty: false,
	links: ["/base/qwen/q.gguf"],
	snapshots: ["/cache/snapshots/1/q.gguf"],
	refs: ["/cache/refs/llorch/1"],
	blobs: [{ path: "/cache/blobs/aa", bytes: 5e6 }],
	partials: [{ path: "/cache/blobs/bb.part", bytes: 1e6 }],
	kept: [{ path: "/cache/blobs/cc", bytes: 9, usedBy: ["qwen-fp16", "hf"] }],
	untouched: ["/base/qwen/mine.gguf"],
	freedBytes: 6e6,
};

test("the question before a deletion lists what goes and what stays", () => {
	expect(askDelete(plan)).toEqual({
		id: "models-delete",
		kind: "confirm",
		text: "Delete qwen and free 6.00 MB?",
		danger: [
			"This goes:",
			"  /base/qwen/q.gguf",
			"  /cache/snapshots/1/q.gguf",
			"  /cache/blobs/aa (5.00 MB)",
			"  /cache/blobs/bb.part (1.00 MB, begun)",
			"This stays:",
			"  /cache/blobs/cc (used by qwen-fp16, hf)",
			"  /base/qwen/mine.gguf (yours)",
		].join("\n"),
		flag: "--force",
	});
	expect(askDelete({ ...plan, kept: [], untouched: [] }).danger).not.toContain(
		"stays",
	);
});

test("a deletion says what came free and what was kept", () => {
	const deleted = {
		names: ["qwen"],
		removed: ["/base/qwen/q.gguf"],
		freedBytes: 6e6,
		kept: plan.kept,
		untouched: plan.untouched,
	};
	expect(formatDeleted(deleted)).toBe("deleted qwen: 6.00 MB freed\n");
	expect(formatKept(deleted)).toBe(
		"kept /cache/blobs/cc: used by qwen-fp16, hf\nkept /base/qwen/mine.gguf: it is not llorch's\n",
	);
	const nothing = {
		...deleted,
		removed: [],
		freedBytes: 0,
		kept: [],
		untouched: [],
	};
	expect(formatDeleted(nothing)).toBe("");
	expect(formatKept(nothing)).toBe("qwen: nothing of it is on this machine\n");
});

const usage: DiskUsage = {
	bytes: 7e9,
	cache: { path: "/cache", bytes: 6e9, freeBytes: 2e10, totalBytes: 1e11 },
	base: { path: "/base", bytes: 3e9, otherBytes: 1e9 },
	partialBytes: 5e6,
	unusedBytes: 3e6,
	models: [{ id: "tiny", bytes: 4e9 }],
	repos: [{ repo: "org/hf", files: 1, bytes: 2e9 }],
};

test("disk usage, the total last", () => {
	expect(formatUsage(usage, terminal)).toBe(
		[
			"WHAT               SIZE",
			"tiny            4.00 GB",
			"org/hf          2.00 GB",
			"files in /base  1.00 GB",
			"total           7.00 GB",
			"",
		].join("\n"),
	);
	expect(
		formatUsage(
			{ ...usage, base: { path: "/base", bytes: 4, otherBytes: 0 } },
			plainStyle,
		),
	).toBe("tiny\t4.00 GB\norg/hf\t2.00 GB\ntotal\t7.00 GB\n");
	expect(formatUsageNotes(usage, plainStyle)).toBe(
		"20.0 GB of 100 GB are free where /cache is\n5.00 MB of it are begun downloads\n3.00 MB of it are files that no snapshot leads to\n",
	);
	expect(
		formatUsageNotes({ ...usage, partialBytes: 0, unusedBytes: 0 }, plainStyle),
	).toBe("20.0 GB of 100 GB are free where /cache is\n");
});
