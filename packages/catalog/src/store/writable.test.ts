import { execFile } from "node:child_process";
import {
	chmod,
	mkdir,
	mkdtemp,
	readdir,
	realpath,
	rm,
	symlink,
	writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { whyNotWritable } from "./writable.ts";

let root: string;
beforeEach(async () => {
	root = await realpath(await mkdtemp(join(tmpdir(), "writable ")));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const isRoot = process.getuid?.() === 0;

test("a folder, also one that is still to be made, which a look does not do", async () => {
	expect(await whyNotWritable(root)).toBeUndefined();
	expect(await whyNotWritable(join(root, "huggingface/hub"))).toBeUndefined();
	expect(await readdir(root)).toEqual([]);
});

test("a file on the way, and a link that leads to nothing", async () => {
	await writeFile(join(root, "file"), "");
	const file = `${join(root, "file")} is not a folder`;
	expect(await whyNotWritable(join(root, "file"))).toBe(file);
	expect(await whyNotWritable(join(root, "file/huggingface/hub"))).toBe(file);
	await symlink(join(root, "not mounted"), join(root, "link"));
	expect(await whyNotWritable(join(root, "link/hub"))).toBe(
		`the link ${join(root, "link")} leads to nothing`,
	);
});

test.skipIf(isRoot)(
	"a folder without the right to write (root has it everywhere)",
	async () => {
		await chmod(root, 0o555);
		expect(await whyNotWritable(join(root, "hub"))).toBe(
			`you may not write to ${root}`,
		);
		await chmod(root, 0o755);
	},
);

test.skipIf(!isRoot || process.platform !== "linux")(
	"a file system that is read-only, also for root (needs root, to mount a tmpfs)",
	async () => {
		const disk = join(root, "disk");
		await mkdir(disk);
		const run = promisify(execFile);
		await run("mount", ["-t", "tmpfs", "-o", "ro", "tmpfs", disk]);
		try {
			expect(await whyNotWritable(join(disk, ".cache/huggingface/hub"))).toBe(
				`the file system of ${disk} is read-only`,
			);
		} finally {
			await run("umount", ["--lazy", disk]);
		}
	},
);
