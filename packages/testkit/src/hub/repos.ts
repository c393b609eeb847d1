import { createHash } from "node:crypto";
import { type Content, type ContentInput, makeContent } from "./content.ts";

/** A file as a test gives it. `lfs` overrides the rule of the hub's default .gitattributes (by suffix, or over 10 MiB). */
export type FileInput =
	| ContentInput
	| (Exclude<ContentInput, string | Uint8Array> & { lfs?: boolean });

export type FilesInput = Readonly<Record<string, FileInput>>;

export type RepoInput = {
	/** The only revision. */
	files?: FilesInput;
	/** Several revisions, oldest first; `main` is the last one unless `main` names another. */
	revisions?: readonly { sha?: string; files: FilesInput }[];
	main?: string;
	/** Other branches and tags: name to revision. */
	branches?: Readonly<Record<string, string>>;
	tags?: Readonly<Record<string, string>>;
	/** `true`: only with the hub's token. `"refused"`: the token's owner has not been let in (403). */
	gated?: boolean | "refused";
	/** Without the hub's token it looks as if it did not exist. */
	private?: boolean;
};

export type RepoFile = { path: string; content: Content; lfs: boolean };
export type Revision = { sha: string; files: ReadonlyMap<string, RepoFile> };
export type Repo = {
	name: string;
	gated: boolean | "refused";
	private: boolean;
	revisions: Map<string, Revision>;
	branches: Map<string, string>;
	tags: Map<string, string>;
};

/** Reads a test's description. A revision without a `sha` gets a made-up one that is the same in every run. */
export function makeRepo(name: string, input: RepoInput): Repo {
	const given = input.revisions ?? (input.files === undefined ? [] : [input]);
	const revisions = new Map<string, Revision>();
	for (const [index, revision] of given.entries()) {
		const sha =
			"sha" in revision && revision.sha !== undefined
				? revision.sha
				: createHash("sha1").update(`${name}#${index}`).digest("hex");
		revisions.set(sha, { sha, files: makeFiles(revision.files ?? {}) });
	}
	const main = input.main ?? [...revisions.keys()].at(-1);
	return {
		name,
		gated: input.gated ?? false,
		private: input.private ?? false,
		revisions,
		branches: new Map([
			...(main === undefined ? [] : [["main", main] as const]),
			...Object.entries(input.branches ?? {}),
		]),
		tags: new Map(Object.entries(input.tags ?? {})),
	};
}

/** A revision by branch, tag, commit, or the beginning of a commit. */
export function findRevision(repo: Repo, name: string): Revision | undefined {
	const sha = repo.branches.get(name) ?? repo.tags.get(name) ?? name;
	const exact = repo.revisions.get(sha);
	if (exact !== undefined || !/^[0-9a-f]{7,40}$/.test(sha)) return exact;
	const matches = [...repo.revisions.values()].filter((revision) =>
		revision.sha.startsWith(sha),
	);
	return matches.length === 1 ? matches[0] : undefined;
}

/** What git stores in place of an LFS file (git-lfs specification, "The Pointer"). */
export function lfsPointer(sha256: string, size: number): string {
	return `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize ${size}\n`;
}

function makeFiles(files: FilesInput): Map<string, RepoFile> {
	return new Map(
		Object.entries(files).map(([path, input]) => {
			const content = makeContent(input);
			const asked =
				typeof input === "object" && "lfs" in input ? input.lfs : undefined;
			const lfs = asked ?? (LFS_SUFFIX.test(path) || content.size > LFS_SIZE);
			return [path, { path, content, lfs }];
		}),
	);
}

// The hub writes a .gitattributes with these (and more) into new model repositories, and refuses larger plain files.
const LFS_SUFFIX =
	/\.(bin|bz2|ckpt|ggml|gguf|gz|h5|msgpack|npy|npz|onnx|ot|parquet|pickle|pkl|pt|pth|safetensors|tar|tflite|tgz|xz|zip|zst)$/;
const LFS_SIZE = 10 * 1024 * 1024;
