import { createHash } from "node:crypto";
import {
	lfsPointer,
	type Repo,
	type RepoFile,
	type Revision,
} from "./repos.ts";

/** One entry of `/tree` and `/paths-info`. */
export type TreeEntry = {
	type: "file" | "directory";
	/** The git object id: of the pointer, for an LFS file. */
	oid: string;
	size: number;
	path: string;
	lfs?: { oid: string; size: number; pointerSize: number };
	lastCommit?: { id: string; title: string; date: string };
};

export async function fileEntry(
	file: RepoFile,
	revision: Revision,
	expand: boolean,
): Promise<TreeEntry> {
	const { sha256, gitBlob } = await file.content.digests();
	const { size } = file.content;
	const pointer = lfsPointer(sha256, size);
	return {
		type: "file",
		oid: file.lfs ? gitBlobOf(pointer) : gitBlob,
		size,
		path: file.path,
		...(file.lfs
			? { lfs: { oid: sha256, size, pointerSize: pointer.length } }
			: {}),
		...(expand ? { lastCommit: lastCommit(revision) } : {}),
	};
}

/** The entries under `folder` (`""`: the whole repository), in the order of their paths. */
export async function treeEntries(
	revision: Revision,
	folder: string,
	options: { recursive: boolean; expand: boolean },
): Promise<TreeEntry[]> {
	const prefix = folder === "" ? "" : `${folder}/`;
	const entries = new Map<string, TreeEntry>();
	for (const file of revision.files.values()) {
		if (!file.path.startsWith(prefix)) continue;
		const parts = file.path.slice(prefix.length).split("/");
		for (let depth = 1; depth < parts.length; depth++) {
			if (depth > 1 && !options.recursive) break;
			const path = prefix + parts.slice(0, depth).join("/");
			entries.set(path, {
				type: "directory",
				oid: createHash("sha1").update(path).digest("hex"),
				size: 0,
				path,
				...(options.expand ? { lastCommit: lastCommit(revision) } : {}),
			});
		}
		if (parts.length === 1 || options.recursive)
			entries.set(file.path, await fileEntry(file, revision, options.expand));
	}
	return [...entries.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** What `/api/models/R` and `/revision/REV` answer. */
export function modelInfo(repo: Repo, revision: Revision): object {
	return {
		_id: createHash("sha1").update(repo.name).digest("hex").slice(0, 24),
		id: repo.name,
		modelId: repo.name,
		author: repo.name.includes("/") ? repo.name.split("/")[0] : undefined,
		sha: revision.sha,
		private: repo.private,
		gated: repo.gated === false ? false : "manual",
		disabled: false,
		tags: [],
		downloads: 0,
		likes: 0,
		siblings: [...revision.files.keys()].map((rfilename) => ({ rfilename })),
	};
}

/** What `/refs` answers. */
export function refs(repo: Repo): object {
	const list = (names: ReadonlyMap<string, string>, kind: string) =>
		[...names].map(([name, targetCommit]) => ({
			name,
			ref: `refs/${kind}/${name}`,
			targetCommit,
		}));
	return {
		branches: list(repo.branches, "heads"),
		converts: [],
		tags: list(repo.tags, "tags"),
	};
}

function lastCommit(revision: Revision): NonNullable<TreeEntry["lastCommit"]> {
	return {
		id: revision.sha,
		title: "Upload",
		date: "2026-01-01T00:00:00.000Z",
	};
}

function gitBlobOf(text: string): string {
	return createHash("sha1")
		.update(`blob ${text.length}\0${text}`)
		.digest("hex");
}
