import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { readAll, realTest, type Session } from "@llorch/testkit";
import { expect, onTestFinished } from "vitest";
import { CACHE, type Models, openModels, tinyllama } from "./models.fixture.ts";
import { asUser, USER_PARTS, withMode } from "./unprivileged.fixture.ts";

const SIZE = 200_000;

const open = async (): Promise<Models & { user: Session }> => {
	const models = await openModels(tinyllama(SIZE));
	return { ...models, user: await asUser(models.world) };
};

const userTest = (title: string, body: () => Promise<void>) =>
	realTest(USER_PARTS, title, body);

userTest(
	"a repository in the cache that may not be read is left out of lists, and they say so",
	async () => {
		const { world, user } = await open();
		await user("models download tinyllama");
		const hidden = world.path(CACHE, "models--a--b");
		await mkdir(hidden);
		await withMode(hidden, 0);
		const said = `warning: ${hidden} may not be read: what is in it is not shown\n`;
		for (const line of ["models list", "models disk-usage"])
			expect(await user(line), line).toMatchObject({
				stdout: expect.stringContaining("tinyllama"),
				stderr: expect.stringContaining(said),
				code: 0,
			});
		expect(await user("models download hf:a/b/c.gguf")).toMatchObject({
			stderr: expect.stringContaining(
				`${hidden} cannot be used (EACCES) (LLORCH_CACHE_UNUSABLE)`,
			),
			code: 1,
		});
		expect(await user("models verify --all")).toMatchObject({ code: 0 });
	},
);

userTest(
	"a model whose folder in the cache may not be read: what needs it fails and names the folder, the rest goes on",
	async () => {
		const { user, file } = await open();
		await user("models download tinyllama");
		const { folder } = file("tinyllama");
		await withMode(folder, 0);
		const failed = {
			stdout: "",
			stderr: expect.stringContaining(
				`${folder} cannot be used (EACCES) (LLORCH_CACHE_UNUSABLE)`,
			),
			code: 1,
		};
		expect(await user("models path tinyllama")).toMatchObject(failed);
		expect(await user("models delete tinyllama --force")).toMatchObject(failed);
		for (const line of ["models download tinyllama", "models verify --all"])
			expect(await user(line), line).toMatchObject({
				...failed,
				stdout: expect.stringContaining("failed"),
			});
		for (const line of ["models catalog", "models list"])
			expect(await user(line), line).toMatchObject({
				stdout: expect.stringMatching(/^tinyllama\t.*unreadable/),
				stderr: expect.stringContaining(`warning: ${folder} may not be read`),
				code: 0,
			});
		expect(await user("models info tinyllama")).toMatchObject({
			stdout: expect.stringContaining("on disk\tunreadable"),
			code: 0,
		});
	},
);

userTest(
	"a cache that may not be read: no command calls it a bug, doctor says what to do",
	async () => {
		const { world, user } = await open();
		await user("models download tinyllama");
		const cache = world.path(CACHE);
		await withMode(cache, 0);
		const failed = {
			stderr: expect.stringContaining(
				`${cache} cannot be used (EACCES) (LLORCH_CACHE_UNUSABLE)`,
			),
			code: 1,
		};
		for (const line of ["list", "disk-usage", "path tinyllama"])
			expect(await user(`models ${line}`), line).toMatchObject(failed);
		for (const line of ["catalog", "info tinyllama"])
			expect(await user(`models ${line}`), line).toMatchObject({
				stdout: expect.stringContaining("unreadable"),
				code: 0,
			});
		const { stdout } = await user("dev doctor --json");
		const { checks } = JSON.parse(stdout).result as {
			checks: { id: string; findings: object[] }[];
		};
		const found = (id: string) =>
			checks.find((check) => check.id === id)?.findings;
		const explain = { run: ["llorch", "explain", "LLORCH_CACHE_UNUSABLE"] };
		const fix = expect.objectContaining(explain);
		expect(found("model-space")).toMatchObject([{ level: "warning", fix }]);
		expect(found("model-files")).toMatchObject([
			{ level: "error", text: `${cache} cannot be used (EACCES)`, fix },
		]);
	},
);

userTest(
	"a base folder that may not be read: models are used from the cache, and a download says that it makes no link",
	async () => {
		const { world, user, file } = await open();
		await user("models download tinyllama");
		const base = world.path(".test-models");
		await withMode(base, 0);
		for (const line of ["models catalog", "models list", "models verify --all"])
			expect(await user(line), line).toMatchObject({
				stdout: expect.stringContaining("tinyllama"),
				code: 0,
			});
		expect(await user("models path tinyllama")).toMatchObject({
			stdout: `${file("tinyllama").snapshot}\n`,
			code: 0,
		});
		expect((await user("models list")).stderr).toContain(
			`warning: ${base} may not be read`,
		);
		expect(await user("models download tinyllama")).toMatchObject({
			stderr: expect.stringContaining("(LLORCH_LINK_BLOCKED)"),
			code: 1,
		});
	},
);

userTest(
	"a file of one's own at the old place that may not be read is left alone",
	async () => {
		const { world, file, hub } = await openModels(tinyllama(SIZE));
		const { link } = file("tinyllama");
		const name = link.slice(world.folder.length + 1);
		await world.write({ [name]: "x".repeat(SIZE) });
		const user = await asUser(world);
		await withMode(link, 0);
		expect(await user("models download tinyllama")).toMatchObject({
			stderr: expect.stringContaining(
				`${link} is in the way of the link to tinyllama, and cannot be read (EACCES) (LLORCH_LINK_BLOCKED)`,
			),
			code: 1,
		});
		expect(hub.bodies()).toEqual([]);
	},
);

userTest(
	"a file of one's own in a folder that may not be written is adopted: the place leads to the one copy as it is",
	async () => {
		const { world, file, hub } = await openModels(tinyllama(SIZE));
		const { link, blob, content } = file("tinyllama");
		const name = link.slice(world.folder.length + 1);
		await world.write({ [name]: await readAll(content) });
		const user = await asUser(world);
		await withMode(dirname(link), 0o555);
		for (let time = 0; time < 2; time++)
			expect(await user("models download tinyllama")).toMatchObject({
				stdout: expect.stringMatching(/^tinyllama\tpresent\t/),
				code: 0,
			});
		expect((await stat(link)).ino).toBe((await stat(blob)).ino);
		expect(hub.bodies()).toEqual([]);
	},
);

userTest(
	"a copy of it that must stay, because it is on another disk, is said to be in the way of the link",
	async () => {
		const { world, file } = await openModels(tinyllama(SIZE));
		const { content, snapshot } = file("tinyllama");
		const base = await elsewhere(world.root);
		if (base === undefined) return;
		const place = join(base, "tinyllama", basename(snapshot));
		await mkdir(dirname(place));
		await writeFile(place, await readAll(content));
		const user = await asUser(world);
		await withMode(dirname(place), 0o555);
		const env = { LLORCH_MODEL_BASE_DIR: base };
		for (let time = 0; time < 2; time++)
			expect(await user("models download tinyllama", { env })).toMatchObject({
				stderr: expect.stringContaining(
					`the link ${place} cannot be made (LLORCH_LINK_BLOCKED)\n  The model itself is complete, at ${snapshot}.`,
				),
				code: 1,
			});
	},
);

userTest(
	"a model of another tool in a cache that may only be read is present, with a note",
	async () => {
		const { world, user, file } = await open();
		await user("models download tinyllama");
		const { folder } = file("tinyllama");
		await rm(`${folder}/refs`, { recursive: true });
		await rm(world.path("~/.local"), { recursive: true });
		for (const each of [folder, `${folder}/blobs`, world.path(CACHE)])
			await withMode(each, 0o555);
		expect(await user("models download tinyllama")).toMatchObject({
			stdout: expect.stringMatching(/^tinyllama\tpresent\t/),
			stderr: expect.stringMatching(
				/^warning: tinyllama: .*\/refs\/llorch\/\w+ cannot be used \(EACCES\), so nothing keeps hf cache prune from deleting it$/m,
			),
			code: 0,
		});
	},
);

/** A folder on another file system than `path`, where this machine has one. */
async function elsewhere(path: string): Promise<string | undefined> {
	const other = await stat("/dev/shm").catch(() => undefined);
	if (other === undefined || other.dev === (await stat(path)).dev) return;
	const folder = await mkdtemp("/dev/shm/models ");
	onTestFinished(() => rm(folder, { recursive: true }));
	await chmod(folder, 0o755);
	return folder;
}
