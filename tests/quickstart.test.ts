import { mkdtempSync, readlinkSync, rmSync } from "node:fs";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { binaryFile } from "../scripts/build.ts";
import { linkProgram } from "../scripts/quickstart/program.ts";
import { quickstartEnv } from "../scripts/quickstart/world.ts";

test("the quickstart's programs see nothing of the user's that leads elsewhere", () => {
	const env = quickstartEnv({
		PATH: "/usr/bin",
		LANG: "C.UTF-8",
		http_proxy: "http://proxy:1",
		HTTPS_PROXY: "http://proxy:1",
		ALL_PROXY: "socks5://proxy:1",
		no_proxy: "example.com",
		HF_HUB_OFFLINE: "1",
		HF_TOKEN: "hf_mine",
		HF_ENDPOINT: "https://mirror.example.com",
		HUGGING_FACE_HUB_TOKEN: "hf_mine",
		LLORCH_CONFIG_PATH: "/etc/other.toml",
		LLORCH_REPO_ROOT: "/elsewhere",
		LLM_MODEL: "mine",
		LLM_LOAD_PLUGINS: "",
	});
	expect(Object.keys(env).sort()).toEqual([
		"HF_HOME",
		"HF_HUB_CACHE",
		"LANG",
		"LLM_USER_PATH",
		"LLORCH_MODEL_BASE_DIR",
		"LLORCH_MODEL_CATALOG",
		"PATH",
	]);
	expect(env.PATH).toMatch(/venv\/bin:\/usr\/bin$/);
});

describe("the link in ~/.local/bin", () => {
	let home: string;
	let link: string;
	beforeEach(async () => {
		home = mkdtempSync(join(tmpdir(), "llorch home "));
		onTestFinished(() => rmSync(home, { recursive: true }));
		await mkdir(join(home, ".local", "bin"), { recursive: true });
		link = join(home, ".local", "bin", "llorch");
	});

	function make(): string {
		const said: string[] = [];
		linkProgram((line) => said.push(line), home);
		return said.join("\n");
	}

	test("is made, and made anew where it leads to another checkout", async () => {
		expect(make()).toContain("Linked");
		expect(readlinkSync(link)).toBe(binaryFile);
		rmSync(link);
		await symlink("/gone/dist/bin/llorch", link);
		expect(make()).toContain("Linked");
		expect(readlinkSync(link)).toBe(binaryFile);
	});

	test("of somebody else stays, also when its target is away", async () => {
		await symlink("/mnt/away/llorch", link);
		expect(make()).toContain("is not a link of ours and stays as it is");
		expect(readlinkSync(link)).toBe("/mnt/away/llorch");
	});

	test("takes no file's place", async () => {
		await writeFile(link, "mine");
		expect(make()).toContain("stays as it is");
		expect(await readFile(link, "utf8")).toBe("mine");
	});
});
