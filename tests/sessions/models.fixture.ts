import { createHash } from "node:crypto";
import { lstat, readFile, readlink, realpath, stat } from "node:fs/promises";
import {
	type Content,
	type Hub,
	type HubOptions,
	llorchSession,
	makeContent,
	makeWorld,
	type RepoInput,
	type Started,
	startHub,
	type World,
	type WorldOptions,
} from "@llorch/testkit";
import { expect, onTestFinished } from "vitest";

/** What a test's catalog says of one model. Sizes and digests are those of the files that the hub has at the revision. */
export type Entry = {
	repo: string;
	/** In the repository. */
	files: readonly string[];
	/** Default: where `main` stands at the beginning. */
	revision?: string;
	/** Default: the id. */
	dir?: string;
};

/** One file of a model, and where it belongs. Absolute paths. */
export type ModelFile = {
	content: Content;
	size: number;
	sha256: string;
	commit: string;
	/** The repository's folder in the Hugging Face cache. */
	folder: string;
	blob: string;
	partial: string;
	snapshot: string;
	/** The old place: `<base>/<dir>/<file>`. */
	link: string;
};

export type Models = {
	hub: Hub;
	world: World;
	llorch: ReturnType<typeof llorchSession>;
	/** A file of an entry; default: its first. */
	file(id: string, path?: string): ModelFile;
	/** The catalog from now on. */
	setCatalog(entries: Readonly<Record<string, Entry>>): Promise<void>;
};

export type ModelsOptions = {
	repos: Readonly<Record<string, RepoInput>>;
	/** By id. */
	entries?: Readonly<Record<string, Entry>>;
	hub?: Partial<HubOptions>;
	world?: WorldOptions;
};

export const CACHE = "~/.cache/huggingface/hub";

/**
 * A world in a repository whose llorch has a catalog of its own, and a loopback hub that has its models.
 *
 * @param atEnd of a test's own context where tests run concurrently
 */
export async function openModels(
	options: ModelsOptions,
	atEnd: (dispose: () => Promise<void>) => void = onTestFinished,
): Promise<Models> {
	const { repos, entries = {} } = options;
	const hub = await startHub({ repos, ...options.hub });
	const world = await makeWorld({ git: true, ...options.world });
	atEnd(async () => {
		await hub.close();
		await world.dispose();
	});
	Object.assign(world.env, {
		HF_ENDPOINT: hub.url,
		LLORCH_MODEL_CATALOG: world.path("~/catalog.toml"),
		...options.world?.env,
	});
	const known = new Map<string, ModelFile>();
	const setCatalog: Models["setCatalog"] = async (next) => {
		known.clear();
		const tables: string[] = [];
		for (const [id, entry] of Object.entries(next)) {
			const commit = entry.revision ?? hub.commit(entry.repo);
			const files: ModelFile[] = [];
			for (const path of entry.files) {
				const file = await locate(world, repos, { id, commit, path, ...entry });
				known.set(`${id}/${path}`, file);
				if (files.length === 0) known.set(id, file);
				files.push(file);
			}
			tables.push(catalogTable(id, entry, files));
		}
		await world.write({
			"~/catalog.toml": `version = 1\n${tables.join("")}`,
		});
	};
	await setCatalog(entries);
	return {
		hub,
		world,
		llorch: llorchSession(world),
		file: (id, path) => {
			const file = known.get(path === undefined ? id : `${id}/${path}`);
			if (file === undefined) throw new Error(`no entry ${id} ${path}`);
			return file;
		},
		setCatalog,
	};
}

async function locate(
	world: World,
	repos: ModelsOptions["repos"],
	at: { id: string; commit: string; path: string } & Entry,
): Promise<ModelFile> {
	const { repo, commit, path } = at;
	const { files, revisions } = repos[repo] ?? {};
	const input = (files ??
		revisions?.find(({ sha }) => sha === commit)?.files)?.[path];
	if (input === undefined)
		throw new Error(`${repo} has no ${path} at ${commit}`);
	const content = makeContent(input);
	const { sha256, gitBlob } = await content.digests();
	const folder = world.path(CACHE, `models--${repo.replace("/", "--")}`);
	const blob = `${folder}/blobs/${/\.(gguf|safetensors)$/.test(path) ? sha256 : gitBlob}`;
	return {
		content,
		size: content.size,
		sha256,
		commit,
		folder,
		blob,
		partial: `${blob}.llorch-part`,
		snapshot: `${folder}/snapshots/${commit}/${path}`,
		link: world.path(".test-models", at.dir ?? at.id, path),
	};
}

function catalogTable(
	id: string,
	{ repo, dir = id, files: paths }: Entry,
	files: readonly ModelFile[],
): string {
	return [
		"",
		"[[model]]",
		`id = "${id}"`,
		`dir = "${dir}"`,
		`repo = "${repo}"`,
		`revision = "${files[0]?.commit}"`,
		'license = "MIT"',
		...files.flatMap(({ size, sha256 }, index) => [
			"[[model.files]]",
			`path = "${paths[index]}"`,
			`size = ${size}`,
			`sha256 = "${sha256}"`,
		]),
		"",
	].join("\n");
}

export async function sha256Of(path: string): Promise<string> {
	return createHash("sha256")
		.update(await readFile(path))
		.digest("hex");
}

/** Whether anything has that name, a link to nowhere included. */
export async function isThere(path: string): Promise<boolean> {
	return lstat(path).then(
		() => true,
		() => false,
	);
}

/** Bytes of a file; 0 when it is not there. */
export async function bytesOf(path: string): Promise<number> {
	return stat(path).then(
		({ size }) => size,
		() => 0,
	);
}

/** The whole file is where hf and llorch look for it, verified, and nothing is left of the way there. */
export async function expectReady(file: ModelFile): Promise<void> {
	expect(await sha256Of(file.link)).toBe(file.sha256);
	expect(await readlink(file.link)).toBe(file.snapshot);
	expect(await readlink(file.snapshot)).toMatch(/^(\.\.\/)+blobs\/[0-9a-f]+$/);
	expect(await realpath(file.snapshot)).toBe(file.blob);
	const stats = await lstat(file.blob);
	expect([stats.isFile(), stats.size]).toEqual([true, file.size]);
	const ref = `${file.folder}/refs/llorch/${file.commit}`;
	expect(await readFile(ref, "utf8")).toBe(file.commit);
	expect(await isThere(file.partial)).toBe(false);
}

/** Nothing has a final name: not the blob, not the snapshot, not the old place. */
export async function expectAbsent(file: ModelFile): Promise<void> {
	for (const path of [file.blob, file.snapshot, file.link])
		expect([path, await isThere(path)]).toEqual([path, false]);
}

/** Waits for a moment in the middle of a run; rejects with what the run says when it ends before. */
export function inTheMiddle<T>(
	run: Pick<Started, "done">,
	moment: Promise<T>,
): Promise<T> {
	const over = run.done.then(({ code, stderr }) => {
		throw new Error(`it ended before, with ${code}:\n${stderr}`);
	});
	return Promise.race([moment, over]);
}

/** Where a request's Range begins; 0 without one. */
export function rangeStart(request: { range?: string } | undefined): number {
	return Number(/^bytes=(\d+)-$/.exec(request?.range ?? "")?.[1] ?? 0);
}

/** The model that everybody begins with: its real names, other bytes. */
export function tinyllama(size: number): {
	repos: Record<string, RepoInput>;
	entries: Record<string, Entry>;
} {
	const repo = "TheBloke/TinyLlama-1.1B-Chat-v1.0-GGUF";
	const path = "tinyllama-1.1b-chat-v1.0.Q4_K_M.gguf";
	return {
		repos: { [repo]: { files: { [path]: { size, seed: "tinyllama" } } } },
		entries: { tinyllama: { repo, files: [path] } },
	};
}

const QWEN = "Qwen/Qwen2.5-0.5B-Instruct-GGUF";
const Q4 = "qwen2.5-0.5b-instruct-q4_k_m.gguf";
const F16 = "qwen2.5-0.5b-instruct-fp16.gguf";

/** As in the built-in catalog: two ids whose files stand in one folder, of 300 kB each. */
export const qwen = {
	repos: {
		[QWEN]: {
			files: {
				[Q4]: { size: 300_000, seed: 4 },
				[F16]: { size: 300_000, seed: 16 },
			},
		},
	},
	entries: {
		qwen: { repo: QWEN, dir: "qwen", files: [Q4] },
		"qwen-fp16": { repo: QWEN, dir: "qwen", files: [F16] },
	},
};
