import { execFileSync, spawnSync } from "node:child_process";
import {
	cpSync,
	mkdirSync,
	mkdtempSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { root } from "../scripts/paths.ts";

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "llorch workspace "));
	onTestFinished(() => rmSync(folder, { recursive: true }));
	mkdirSync(join(folder, "scripts"));
	cpSync(
		join(root, "scripts", "start.mjs"),
		join(folder, "scripts", "start.mjs"),
	);
	write("scripts/hello.ts", "export const main = async () => 7;\n");
	write("package.json", '{ "type": "module" }\n');
	write("pnpm-lock.yaml", "packages: new\n");
});

function write(path: string, text: string): void {
	writeFileSync(join(folder, path), text);
}

/** As pnpm leaves it. */
function install(lock: string): void {
	mkdirSync(join(folder, "node_modules", ".pnpm"), { recursive: true });
	write("node_modules/.pnpm/lock.yaml", lock);
	symlinkSync(
		join(root, "node_modules", ".bin"),
		join(folder, "node_modules", ".bin"),
	);
}

function start(node = process.execPath, ...options: string[]) {
	const { status, stdout, stderr } = spawnSync(
		node,
		[...options, join(folder, "scripts", "start.mjs"), "hello"],
		{ encoding: "utf8" },
	);
	return { status, stdout, stderr };
}

test("a script of an installed workspace runs, and its exit code is that of its main", () => {
	install("packages: new\n");
	expect(start()).toEqual({ status: 7, stdout: "", stderr: "" });
});

test("without packages it says what is missing, and how to see why", () => {
	const { status, stderr } = start();
	expect(status).toBe(1);
	expect(stderr).toContain(
		"error: hello cannot start: the packages of this workspace are not installed\n  missing: node_modules/.bin/node, ",
	);
	expect(stderr).toContain("\n    npx -y pnpm@12 install\n");
});

test("packages of an older install than the lock file do not count", () => {
	install("packages: old\n");
	const { status, stderr } = start();
	expect(status).toBe(1);
	expect(stderr).toContain(
		"  installed: packages of another pnpm-lock.yaml than this one\n",
	);
});

test("another Node than the workspace's, too old for it, is named", () => {
	install("packages: new\n");
	write(
		"old.mjs",
		'Object.defineProperty(process.versions, "node", { value: "20.19.0" });\n',
	);
	const { status, stderr } = start(
		process.execPath,
		"--import",
		join(folder, "old.mjs"),
	);
	expect(status).toBe(1);
	expect(stderr).toContain(
		"  running on Node 20.19.0 instead of the workspace's own\n",
	);
});

test("this very workspace is installed as its lock file says", () => {
	execFileSync("cmp", [
		join(root, "node_modules", ".pnpm", "lock.yaml"),
		join(root, "pnpm-lock.yaml"),
	]);
});
