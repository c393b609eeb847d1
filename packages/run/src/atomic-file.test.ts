import {
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeFileAtomic } from "./atomic-file.ts";

let folder: string;
let path: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "run a "));
	path = join(folder, "file");
});
afterEach(() => {
	rmSync(folder, { recursive: true, force: true });
});

const mode = (file = path) => statSync(file).mode & 0o7777;

describe("writeFileAtomic", () => {
	test("writes text and bytes, and leaves nothing else", async () => {
		await writeFileAtomic(path, "é\n");
		expect(readFileSync(path, "utf8")).toBe("é\n");
		await writeFileAtomic(path, Uint8Array.of(0, 255));
		expect([...readFileSync(path)]).toEqual([0, 255]);
		expect(readdirSync(folder)).toEqual(["file"]);
	});

	test("gives a new file the mode of any new file, or the one asked for", async () => {
		await writeFileAtomic(path, "");
		expect(mode()).toBe(0o666 & ~process.umask());
		const secret = join(folder, "secret");
		await writeFileAtomic(secret, "", { mode: 0o600 });
		expect(mode(secret)).toBe(0o600);
		const shared = join(folder, "shared");
		await writeFileAtomic(shared, "", { mode: 0o666 });
		expect(mode(shared)).toBe(0o666);
	});

	test("keeps the mode of a file that exists", async () => {
		writeFileSync(path, "", { mode: 0o640 });
		await writeFileAtomic(path, "new");
		expect(mode()).toBe(0o640);
	});

	test("follows a link, also one to nothing", async () => {
		mkdirSync(join(folder, "dotfiles"));
		const real = join(folder, "dotfiles", "config");
		writeFileSync(real, "old");
		symlinkSync(real, path);
		await writeFileAtomic(path, "new");
		expect(readFileSync(real, "utf8")).toBe("new");
		expect(readdirSync(folder).sort()).toEqual(["dotfiles", "file"]);
		rmSync(real);
		await writeFileAtomic(path, "again");
		expect(readFileSync(path, "utf8")).toBe("again");
	});

	test("leaves nothing behind when it fails", async () => {
		mkdirSync(path);
		await expect(writeFileAtomic(path, "x")).rejects.toMatchObject({
			code: "EISDIR",
		});
		expect(readdirSync(folder)).toEqual(["file"]);
		await expect(
			writeFileAtomic(join(folder, "missing", "file"), "x"),
		).rejects.toMatchObject({ code: "ENOENT" });
	});

	test("shows a reader the old or the new, whoever writes", async () => {
		const texts = ["a", "b", "c"].map((letter) => letter.repeat(100_000));
		await writeFileAtomic(path, texts[0] as string);
		let writing = true;
		const writers = Promise.all(
			texts.map(async (text) => {
				for (let i = 0; i < 10; i++) await writeFileAtomic(path, text);
			}),
		).finally(() => {
			writing = false;
		});
		while (writing) {
			expect(texts).toContain(readFileSync(path, "utf8"));
			await new Promise((resolve) => setImmediate(resolve));
		}
		await writers;
		expect(readdirSync(folder)).toEqual(["file"]);
	});
});
