import { readdir } from "node:fs/promises";
import { basename } from "node:path";
import {
	programSession,
	type RepoInput,
	realPart,
	realTest,
	type World,
} from "@llorch/testkit";
import { expect } from "vitest";
import {
	bytesOf,
	CACHE,
	expectReady,
	inTheMiddle,
	isThere,
	type Models,
	openModels,
	rangeStart,
	sha256Of,
} from "./models.fixture.ts";

// One cache for hf and llorch: what the real hf makes of ours, and we of its.

const SIZE = 1_000_000;
const REPO = "org/model";
const FILE = "model.gguf";
const [OLDER, NEWER, NEWEST] = ["a", "b", "c"].map((digit) =>
	digit.repeat(40),
) as [string, string, string];

/** `seeds`: what the file's bytes are made of at each of the commits. */
function repoOf(seeds: readonly number[], main?: string): RepoInput {
	return {
		revisions: seeds.map((seed, index) => ({
			sha: [OLDER, NEWER, NEWEST][index] ?? "",
			files: { [FILE]: { size: SIZE, seed }, "config.json": `{"at":${index}}` },
		})),
		...(main === undefined ? {} : { main }),
	};
}

/** Each of these starts Python several times: on a busy machine that takes a while. */
const withHf = (title: string, body: () => Promise<void>) =>
	realTest(["hf"], title, body, 90_000);

const at = (revision: string) => ({ repo: REPO, files: [FILE], revision });

function hfIn(world: World) {
	world.env.NO_COLOR = "1";
	return programSession(world, { file: realPart("hf"), args: [] });
}

/** The answer of `llorch models download … --json`, as far as it is looked at here. */
async function download(models: Models, name: string) {
	const { stdout, code } = await models.llorch(
		`models download ${name} --json`,
	);
	const { result, error } = JSON.parse(stdout);
	return {
		code,
		error: error?.code,
		how: result?.models[0].files[0]?.how,
		commit: result?.models[0].files[0]?.commit,
	};
}

withHf(
	"hf uses a model that llorch downloaded, without a byte: at its commit, offline, and when main has moved on",
	async () => {
		const models = await openModels({
			repos: { [REPO]: repoOf([1, 1], OLDER) },
			entries: { model: at(OLDER) },
		});
		const { hub, world, file } = models;
		const model = file("model");
		const hf = hfIn(world);
		expect(await download(models, "model")).toMatchObject({
			how: "downloaded",
		});
		await expectReady(model);
		hub.forget();

		const pinned = `download ${REPO} ${FILE} --revision ${OLDER}`;
		expect(await hf(pinned, { env: { HF_HUB_OFFLINE: "1" } })).toMatchObject({
			stdout: expect.stringContaining(model.snapshot),
			code: 0,
		});
		expect(await hf(`download ${REPO} ${FILE}`)).toMatchObject({
			stdout: expect.stringContaining(model.snapshot),
			code: 0,
		});
		hub.setMain(REPO, NEWER);
		expect(await hf(`download ${REPO} ${FILE}`)).toMatchObject({
			stdout: expect.stringContaining(`/snapshots/${NEWER}/${FILE}`),
			code: 0,
		});
		expect(hub.bodies(FILE)).toEqual([]);
		expect(await sha256Of(`${model.folder}/snapshots/${NEWER}/${FILE}`)).toBe(
			model.sha256,
		);

		const list = await hf("cache ls");
		expect(list.stdout).toMatch(/model\/org\/model\s+1\.0M/);
		expect(list.stderr).not.toContain("inconsistenc");
		expect(await hf(`cache verify ${REPO} --revision ${OLDER}`)).toMatchObject({
			code: 0,
		});
	},
);

withHf(
	"llorch uses what hf made after hashing it once, without a byte",
	async () => {
		const models = await openModels({
			repos: { [REPO]: repoOf([1, 1]) },
			entries: { model: at(OLDER) },
		});
		const { hub, world, file, llorch } = models;
		const hf = hfIn(world);
		await hf(`download ${REPO} ${FILE}`);
		expect(await world.tree(`${CACHE}/models--org--model/refs`)).toEqual([
			"main",
		]);
		hub.forget();
		// hf has it under main, which has moved on from the pinned commit: the bytes are those that the catalog names.
		expect(await download(models, "model")).toEqual({
			code: 0,
			error: undefined,
			how: "hashed",
			commit: OLDER,
		});
		await expectReady(file("model"));
		expect(await download(models, "model")).toMatchObject({ how: "present" });
		expect(hub.bodies()).toEqual([]);

		expect(await llorch("models delete model --force")).toMatchObject({
			stderr: expect.stringContaining(`/snapshots/${NEWER}/${FILE}`),
			code: 0,
		});
		const { stdout } = await hf(`download ${REPO} ${FILE}`, {
			env: { HF_HUB_OFFLINE: "1" },
		});
		const [, path = ""] = /path: (.*)$/m.exec(stdout) ?? [];
		expect(await sha256Of(path)).toBe(file("model").sha256);
	},
);

withHf(
	"a blob of hf with a flipped byte is refused, left where it is, and gets no link",
	async () => {
		const models = await openModels({
			repos: { [REPO]: repoOf([1]) },
			entries: { model: at(OLDER) },
		});
		const { hub, world, file, llorch } = models;
		const { blob, link } = file("model");
		// hf itself does not look: what was damaged on the way keeps its name.
		hub.fault({ path: FILE, wrongByteAt: 500_000 });
		expect(await hfIn(world)(`download ${REPO} ${FILE}`)).toMatchObject({
			code: 0,
		});
		const damaged = await sha256Of(blob);
		hub.clearFaults();
		hub.forget();
		for (let run = 0; run < 2; run++)
			expect(await download(models, "model")).toMatchObject({
				code: 4,
				error: "LLORCH_DIGEST_MISMATCH",
			});
		expect(await isThere(link)).toBe(false);
		expect(await sha256Of(blob)).toBe(damaged);
		expect(hub.bodies()).toEqual([]);
		expect(await llorch("models path model")).toMatchObject({
			stdout: "",
			code: 4,
		});
	},
);

withHf(
	"hf cache prune leaves two pinned revisions of one repository in place, and begun downloads",
	async () => {
		const models = await openModels({
			repos: { [REPO]: repoOf([1, 2, 3]) },
			entries: {
				older: at(OLDER),
				newer: at(NEWER),
				newest: at(NEWEST),
			},
		});
		const { hub, world, file, llorch } = models;
		const hf = hfIn(world);
		for (const id of ["older", "newer"])
			expect(await download(models, id)).toMatchObject({ how: "downloaded" });
		// What hf got by a commit has no ref: prune takes that, so it does work.
		await hf(`download ${REPO} config.json --revision ${NEWEST}`);
		const { partial } = file("newest");
		const unstall = hub.fault({ path: FILE, stallAfter: 600_000 });
		const killed = llorch.start("models download newest");
		await inTheMiddle(
			killed,
			expect
				.poll(() => bytesOf(partial), { timeout: 20_000 })
				.toBeGreaterThan(0),
		);
		killed.kill("SIGKILL");
		await killed.done;
		const kept = await bytesOf(partial);

		expect(await hf("cache prune -y")).toMatchObject({ code: 0 });
		const snapshots = await world.tree(`${CACHE}/models--org--model/snapshots`);
		expect(snapshots.join("\n")).not.toContain(NEWEST);
		for (const id of ["older", "newer"]) await expectReady(file(id));
		unstall();
		hub.forget();
		expect(await download(models, "newest")).toMatchObject({
			how: "downloaded",
		});
		expect(hub.bodies().map(rangeStart)).toEqual([kept]);
		expect(await llorch("models verify --all")).toMatchObject({ code: 0 });
	},
);

withHf(
	"hf and llorch at the same time both end well, and leave one copy",
	async () => {
		const models = await openModels({
			repos: { [REPO]: repoOf([1]) },
			entries: { model: at(OLDER) },
		});
		const { hub, world, file, llorch } = models;
		const unthrottle = hub.fault({ bytesPerSecond: SIZE / 2 });
		const theirs = hfIn(world).start(`download ${REPO} ${FILE}`);
		await inTheMiddle(
			theirs,
			hub.waitFor(({ bytesSent }) => bytesSent > 0),
		);
		unthrottle();
		expect(await llorch("models download model")).toMatchObject({ code: 0 });
		expect(await theirs.done).toMatchObject({ code: 0 });
		const { blob, folder } = file("model");
		await expectReady(file("model"));
		expect(await readdir(`${folder}/blobs`)).toEqual([basename(blob)]);
		expect(await llorch("models verify model")).toMatchObject({ code: 0 });
	},
);
