import type { Catalog, DeletePlan, DownloadedModel } from "@llorch/catalog";
import type { Work } from "@llorch/core";

const plan: DeletePlan = {
	names: ["tiny"],
	empty: false,
	links: ["/base/tiny/tiny.gguf"],
	snapshots: [],
	refs: [],
	blobs: [{ path: "/cache/blobs/aa", bytes: 5e6 }],
	partials: [],
	kept: [{ path: "/cache/blobs/bb", bytes: 7, usedBy: ["two"] }],
	untouched: [],
	freedBytes: 5e6,
};

const done: DownloadedModel = {
	name: "tiny",
	status: "downloaded",
	bytes: 5e6,
	path: "/base/tiny/tiny.gguf",
	files: [],
};

/** A catalog without a hub and a disk, for what must come out the same twice: one download ends well, one does not. */
export function fakeCatalog(): Catalog {
	const unused = () => {
		throw new Error("the fake catalog cannot do this");
	};
	return {
		ids: () => [{ id: "tiny", name: "Tiny" }],
		catalog: unused,
		list: unused,
		info: unused,
		path: unused,
		verify: unused,
		async *download(): Work<Awaited<ReturnType<typeof result>>> {
			const progress = { type: "progress", task: "t", label: "tiny" } as const;
			yield { ...progress, done: 1e6, total: 5e6, unit: "bytes" };
			yield { type: "note", level: "warn", text: "tiny has own terms" };
			yield { ...progress, done: 5e6, total: 5e6, unit: "bytes" };
			return result();
		},
		planDelete: async () => plan,
		applyDelete: async ({ names, kept, untouched, freedBytes, links }) => ({
			names,
			kept,
			untouched,
			freedBytes,
			removed: links,
		}),
		diskUsage: async () => ({
			bytes: 5e6,
			cache: { path: "/cache", bytes: 5e6, freeBytes: 1e9, totalBytes: 2e9 },
			partialBytes: 1e6,
			unusedBytes: 0,
			models: [{ id: "tiny", bytes: 5e6 }],
			repos: [],
		}),
	};
}

async function result() {
	return {
		downloaded: 1,
		present: 0,
		failed: 1,
		fetchedBytes: 5e6,
		models: [
			done,
			{
				name: "two",
				status: "failed" as const,
				bytes: 0,
				files: [],
				error: { code: "LLORCH_GATED", message: "two is gated" },
			},
		],
	};
}
