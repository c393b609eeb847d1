import { createHash } from "node:crypto";
import {
	existsSync,
	lstatSync,
	readFileSync,
	readlinkSync,
	statSync,
} from "node:fs";
import {
	copyFile,
	mkdir,
	rename,
	rm,
	rmdir,
	writeFile,
} from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import {
	CTRL_C,
	type Hub,
	llorchSession,
	llorchTty,
	makeWorld,
	realTest,
	type Session,
	type Started,
	soakCount,
	startHub,
	tinyModel,
	tinyModelRepos,
	type World,
} from "@llorch/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const CATALOG = `version = 1

[[model]]
id = "tinyllama"
name = "Tiny, made here"
repo = "${tinyModel.repo}"
revision = "${tinyModel.revision}"
license = "${tinyModel.license}"

[[model.files]]
path = "${tinyModel.path}"
size = ${tinyModel.bytes}
sha256 = "${tinyModel.sha256}"
`;

/** A python3 whose environments install llm and hf at once, as they are asked for. With a file `gate` beside it, pip waits until that is gone. */
const PYTHON = `#!/bin/sh
for last; do :; done
case "$*" in *--clear*) rm -rf "$last" ;; esac
mkdir -p "$last/bin"
cat > "$last/bin/python" <<'END'
#!/bin/sh
here=$(dirname "$0")
touch "$here/pip-began"
while [ -e "$GATE" ]; do sleep 0.05; done
for word; do
	case "$word" in llm) tool=llm ;; huggingface_hub) tool=hf ;; *) continue ;; esac
	printf '#!/bin/sh\\necho %s\\n' "$tool" > "$here/$tool"
	chmod +x "$here/$tool"
done
END
chmod +x "$last/bin/python"
`;

let hub: Hub;
let world: World;
let llorch: Session;

beforeEach(async () => {
	hub = await startHub({ repos: tinyModelRepos() });
	world = await makeWorld({
		git: true,
		tools: ["git"],
		systemPrograms: true,
		files: { "~/.zshrc": "# mine\n", "~/catalog.toml": CATALOG },
		env: {
			SHELL: "/bin/zsh",
			HF_ENDPOINT: hub.url,
		},
	});
	world.env.GATE = world.path("../gate");
	world.env.LLORCH_MODEL_CATALOG = world.path("~/catalog.toml");
	await world.program("python3", PYTHON);
	llorch = llorchSession(world);
	// llorch's own log is there from the first command on.
	await llorch("config path");
});
afterEach(async () => {
	await world.dispose();
	await hub.close();
});

/** Every file of the home and the project with what is in it, but for the log. `times`: and when it was written. */
async function picture({
	times = false,
} = {}): Promise<Record<string, string>> {
	const files: Record<string, string> = {};
	for (const top of ["~", "."])
		for (const name of await world.tree(top)) {
			if (name.includes("/llorch/log/")) continue;
			const path = world.path(top, name.replace(/ -> .*/, ""));
			files[`${top}/${name}`] = name.includes(" -> ")
				? readlinkSync(path)
				: name.endsWith("/")
					? ""
					: createHash("sha256").update(readFileSync(path)).digest("hex");
			if (times) files[`${top}/${name}`] += ` ${lstatSync(path).mtimeMs}`;
		}
	return files;
}

const steps = (stdout: string) =>
	Object.fromEntries(
		stdout
			.trim()
			.split("\n")
			.map((line) => line.split("\t").slice(0, 2)),
	);

const ALL_DONE = {
	submodules: "present",
	python: "done",
	config: "done",
	model: "done",
	completion: "done",
};

describe("dev setup", () => {
	test("does what is missing; again it changes no file; its undo restores the listing", async () => {
		const before = await picture();
		const planned = await llorch("dev setup --dry-run");
		expect(planned.code).toBe(0);
		expect(steps(planned.stdout)).toEqual({
			submodules: "present",
			python: "planned",
			config: "planned",
			model: "planned",
			completion: "planned",
		});
		expect(await picture()).toEqual(before);

		const first = await llorch("dev setup --yes");
		expect(first, first.stderr).toMatchObject({ code: 0 });
		expect(steps(first.stdout)).toEqual(ALL_DONE);
		const after = await picture({ times: true });
		expect(await world.read("~/.zshrc")).toBe(
			`# mine\n(( $+functions[compdef] )) && source '${world.path("~/.local/share/llorch/completion.zsh")}' # llorch dev setup\n`,
		);
		expect(await world.read("~/.config/llorch/config.toml")).toContain(
			'\ndefault_backend = "cpu"\n',
		);
		expect((await llorch("config validate")).stdout).toMatch(/^valid: /);
		expect((await llorch("models path tinyllama")).code).toBe(0);

		const second = await llorch("dev setup --yes");
		expect(second.code).toBe(0);
		expect(new Set(Object.values(steps(second.stdout)))).toEqual(
			new Set(["present"]),
		);
		expect(await picture({ times: true })).toEqual(after);

		const undone = await llorch("dev setup --undo --yes");
		expect(undone.code).toBe(0);
		expect(await picture()).toEqual(before);
		expect((await llorch("dev setup --undo --yes")).stderr).toBe(
			"nothing to take back\n",
		);
	});

	/** After a kill: all of it is made, once, and can be taken back. */
	async function finishes(killed: Started, before: object): Promise<void> {
		killed.kill("SIGKILL");
		await killed.done;
		await until(async () => (await world.processes()).length === 0);
		const next = await llorch("dev setup --yes");
		expect(next, next.stderr).toMatchObject({ code: 0 });
		const again = await llorch("dev setup --yes");
		expect(new Set(Object.values(steps(again.stdout)))).toEqual(
			new Set(["present"]),
		);
		await llorch("dev setup --undo --yes");
		expect(await picture()).toEqual(before);
	}

	test.each(["llm and hf", "configuration", "model", "shell completion"])(
		"killed as the step %s begins, the next run finishes it, and its undo restores the listing",
		async (title) => {
			const before = await picture();
			const killed = llorch.start("dev setup --yes");
			await killed.waitFor(`${title}: `, "stderr");
			await finishes(killed, before);
		},
	);

	test("soak: killed at any moment, the same", async () => {
		const before = await picture();
		const began = Date.now();
		await llorch("dev setup --yes");
		const takes = Date.now() - began;
		await llorch("dev setup --undo --yes");
		const count = soakCount(4, 30);
		for (let number = 1; number <= count; number++) {
			const killed = llorch.start("dev setup --yes");
			await delay((takes * number) / (count + 1));
			await finishes(killed, before);
		}
	}, 900_000);

	test("killed while pip runs, the next run finishes it", async () => {
		await world.write({ "../gate": "" });
		const killed = llorch.start("dev setup --yes");
		await until(async () =>
			(await world.tree("~")).some((path) => path.endsWith("/pip-began")),
		);
		killed.kill("SIGKILL");
		await killed.done;
		await until(async () => (await world.processes()).length === 0);
		await rm(world.path("../gate"));
		const next = await llorch("dev setup --yes");
		expect(next, next.stderr).toMatchObject({ code: 0 });
		expect(steps(next.stdout)).toEqual(ALL_DONE);
	});

	test.each(["llm", "hf"])(
		"without the link to %s, the next run makes it, and leaves what else is in the environment",
		async (tool) => {
			const setup = "dev setup --yes --skip model";
			await llorch(setup);
			const plugin = "~/.local/share/llorch/python/plugin";
			await world.write({ [plugin]: "" });
			const whole = await picture();
			await rm(world.path("~/.local/bin", tool));
			expect((await llorch(`${setup} --dry-run`)).stdout).toContain(
				`link ${tool} of ${world.path("~/.local/share/llorch/python")} in `,
			);
			const again = await llorch(setup);
			expect(again, again.stderr).toMatchObject({ code: 0 });
			expect(await picture()).toEqual(whole);

			// One of them gone altogether: pip brings it, and no plugin goes.
			await rm(world.path("~/.local/share/llorch/python/bin", tool));
			await llorch(setup);
			expect(await picture()).toEqual(whole);
		},
	);

	/** Kills it when some of the model has arrived and is on disk. */
	async function killInDownload(): Promise<void> {
		// What is on disk are whole chunks.
		hub.fault({ stallAfter: 600_000 });
		const killed = llorch.start("dev setup --yes --skip python");
		await until(async () =>
			(await world.tree("~"))
				.map((name) => world.path("~", name))
				.some((path) => existsSync(path) && statSync(path).size >= 500_000),
		);
		killed.kill("SIGKILL");
		await killed.done;
		hub.clearFaults();
		hub.forget();
	}

	test("killed in the middle of the download, the next run goes on where it was", async () => {
		const before = await picture();
		await killInDownload();
		const next = await llorch("dev setup --yes --skip python");
		expect(steps(next.stdout)).toMatchObject({
			config: "present",
			model: "done",
		});
		expect(hub.bodies()).toMatchObject([{ status: 206 }]);
		await llorch("dev setup --undo --yes");
		expect(await picture()).toEqual(before);
	});

	test("killed in the middle of the download, its undo takes back what came", async () => {
		const before = await picture();
		await killInDownload();
		const undone = await llorch("dev setup --undo --yes");
		expect(undone.stderr).not.toContain("stays");
		expect(await picture()).toEqual(before);
	});

	test("a model that was there before is the user's own: the undo leaves it", async () => {
		await llorch("dev setup --yes --skip python");
		const path = (await llorch("models path tinyllama")).stdout.trim();
		await llorch("dev setup --undo --yes");
		expect(existsSync(path)).toBe(false);
		await mkdir(dirname(path), { recursive: true });
		await copyFile(tinyModel.file, path);
		const run = await llorch("dev setup --yes --skip python");
		expect(steps(run.stdout)).toMatchObject({ model: "done" });
		expect(hub.bodies()).toHaveLength(1);
		await llorch("dev setup --undo --yes");
		expect(readFileSync(path)).toEqual(readFileSync(tinyModel.file));
	});

	test("a model with wrong bytes fails its step alone, with its own exit code", async () => {
		hub.fault({ wrongByteAt: 5 });
		const run = await llorch("dev setup --yes");
		expect(run.code).toBe(4);
		expect(steps(run.stdout)).toEqual({ ...ALL_DONE, model: "failed" });
		expect(run.stderr).toContain("llorch dev setup does the rest");
	});

	test("what was changed since stays, and is named", async () => {
		await llorch("dev setup --yes --skip model --skip python");
		await world.write({ "~/.config/llorch/config.toml": "version = 1\n" });
		await world.write({ "~/.zshrc": `${await world.read("~/.zshrc")}more\n` });
		const undone = await llorch("dev setup --undo --yes");
		expect(undone.stderr).toContain("config.toml stays: it was changed since");
		expect(await world.read("~/.zshrc")).toBe("# mine\nmore\n");
		expect(await world.read("~/.config/llorch/config.toml")).toBe(
			"version = 1\n",
		);
	});

	test.each(["no end of line", ""])(
		"a .zshrc that holds %j is the same after the undo",
		async (text) => {
			await world.write({ "~/.zshrc": text });
			const before = await picture();
			await llorch("dev setup --yes --skip model --skip python");
			expect(await world.read("~/.zshrc")).toMatch(
				/^(no end of line\n)?\(\(.* # llorch dev setup\n$/,
			);
			await llorch("dev setup --undo --yes");
			expect(await picture()).toEqual(before);
		},
	);

	test("a completion of ours, of an older llorch or cut off, is renewed; anybody else's stays", async () => {
		const before = await picture();
		const setup = "dev setup --yes --skip model --skip python";
		const completion = "~/.local/share/llorch/completion.zsh";
		await llorch(setup);
		const whole = await world.read(completion);

		await world.write({ [completion]: whole.slice(0, 100) });
		expect(steps((await llorch(setup)).stdout)).toMatchObject({
			completion: "done",
		});
		expect(await world.read(completion)).toBe(whole);

		const old = "# the completion of an older llorch\n";
		const record = "~/.local/state/llorch/setup.json";
		const sha256 = (text: string) =>
			createHash("sha256").update(text).digest("hex");
		await world.write({
			[completion]: old,
			[record]: (await world.read(record)).replaceAll(
				sha256(whole),
				sha256(old),
			),
		});
		expect(steps((await llorch(setup)).stdout)).toMatchObject({
			completion: "done",
		});
		expect(await world.read(completion)).toBe(whole);

		await world.write({ [completion]: "# mine\n" });
		expect(steps((await llorch(setup)).stdout)).toMatchObject({
			completion: "skipped",
		});
		expect(await world.read(completion)).toBe("# mine\n");

		await world.write({ [completion]: old });
		const undone = await llorch("dev setup --undo --yes");
		expect(undone.stderr).not.toContain("stays");
		expect(await picture()).toEqual(before);
	});

	test("what an undo cannot take away is a failure, and the next undo takes it", async () => {
		const before = await picture();
		await llorch("dev setup --yes --skip model --skip python");
		const path = world.path("~/.config/llorch/config.toml");
		// Nobody can read a folder as a file.
		await rename(path, world.path("../aside"));
		await mkdir(path);
		const failed = await llorch("dev setup --undo --yes");
		expect(failed.code).toBe(1);
		expect(failed.stderr).toContain(`${path} stays: EISDIR`);
		expect(failed.stderr).toContain(
			`error: 1 thing could not be taken back: ${path}: EISDIR`,
		);
		await rmdir(path);
		await rename(world.path("../aside"), path);
		const undone = await llorch("dev setup --undo --yes");
		expect(undone, undone.stderr).toMatchObject({ code: 0 });
		expect(await picture()).toEqual(before);
	});

	test("an undo takes the whole line and changes no other byte of a .zshrc", async () => {
		const path = world.path("~/.zshrc");
		const latin = Buffer.from("# gr\xfc\xdfe\n", "latin1");
		await writeFile(path, latin);
		await llorch("dev setup --yes --skip model --skip python");
		await llorch("dev setup --undo --yes");
		expect(readFileSync(path)).toEqual(latin);
	});

	test.each([
		["commented out", (line: string) => `# ${line}`],
		["edited", (line: string) => line.replace("$+functions[compdef]", "1")],
	])("a line that was %s stays, and is named", async (_, change) => {
		await llorch("dev setup --yes --skip model --skip python");
		const ours = (await world.read("~/.zshrc")).split("\n")[1] ?? "";
		const mine = `# mine\n${change(ours)}\nmore\n`;
		await world.write({ "~/.zshrc": mine });
		const undone = await llorch("dev setup --undo --yes");
		expect(await world.read("~/.zshrc")).toBe(mine);
		expect(undone.stderr).toContain(
			`${world.path("~/.zshrc")} stays: its line of dev setup was changed since\n`,
		);
	});

	test("a place that cannot be written fails its step alone, and is no bug", async () => {
		await world.write({ "~/.config": "" });
		const run = await llorch("dev setup --yes --skip model --skip python");
		expect(run.code).toBe(1);
		expect(steps(run.stdout)).toMatchObject({
			config: "failed",
			completion: "done",
		});
		expect(run.stderr).toContain("error: configuration: ENOTDIR");
		expect(run.stderr).toContain("(LLORCH_SETUP_STEP_FAILED)");
	});

	test("missing submodules are checked out", async () => {
		await world.git("submodule", "--quiet", "add", world.folder, "sub");
		await world.git("commit", "--quiet", "--all", "--message", "Add sub");
		await world.git("submodule", "--quiet", "deinit", "--all", "--force");
		const run = await llorch(
			"dev setup --yes --skip model --skip python --skip config --skip completion",
		);
		expect(run, run.stderr).toMatchObject({ code: 0 });
		expect(run.stdout).toContain("submodules\tdone\t1 submodule checked out\n");
		expect(await world.git("submodule", "status")).toMatch(
			/^ [0-9a-f]{40} sub/,
		);
	});

	test("python3 that does not work fails its step alone", async () => {
		await world.program(
			"python3",
			"#!/bin/sh\necho no venv here >&2\nexit 1\n",
		);
		const run = await llorch("dev setup --yes --skip model");
		expect(run.code).toBe(1);
		expect(steps(run.stdout)).toMatchObject({
			python: "failed",
			config: "done",
			completion: "done",
		});
		expect(run.stderr).toContain("llm and hf: python3 -m venv --clear ended");
	});

	test("Ctrl-C while pip runs leaves no process", async () => {
		await world.write({ "../gate": "" });
		const run = llorch.start("dev setup --yes");
		await until(async () =>
			(await world.tree("~")).some((path) => path.endsWith("/pip-began")),
		);
		run.kill("SIGINT");
		expect(await run.done).toMatchObject({ code: 130, stdout: "" });
		expect(await world.processes()).toEqual([]);
	});

	test("two at once: the second says so", async () => {
		await world.write({ "../gate": "" });
		const first = llorch.start("dev setup --yes --skip model");
		await until(async () =>
			(await world.tree("~")).some((path) => path.endsWith("/pip-began")),
		);
		expect(await llorch("dev setup --yes")).toMatchObject({
			code: 1,
			stderr: expect.stringContaining("LLORCH_LOCKED"),
		});
		await rm(world.path("../gate"));
		expect((await first.done).code).toBe(0);
	});

	realTest(["python3"], "on a terminal it asks before each step", async () => {
		await world.program("llm", "#!/bin/sh\n");
		await world.program("hf", "#!/bin/sh\n");
		const run = llorchTty(world, "dev setup --skip model", { columns: 300 });
		await run.waitFor(/configuration: write .*\?/);
		run.send("y\r");
		await run.waitFor(/shell completion: write .*\?/);
		run.send("n\r");
		const { code } = await run.done;
		expect(code).toBe(0);
		expect(await world.read("~/.zshrc")).toBe("# mine\n");
		expect(await world.tree("~")).toContain(".config/llorch/config.toml");

		const left = llorchTty(world, "dev setup --skip model", { columns: 300 });
		await left.waitFor(/shell completion: write .*\?/);
		left.send(CTRL_C);
		expect(await left.done).toMatchObject({ code: 130, restored: true });
		expect(await world.read("~/.zshrc")).toBe("# mine\n");

		// As if it had installed them.
		const record = "~/.local/state/llorch/setup.json";
		const { made, ...rest } = JSON.parse(await world.read(record));
		made.push({ kind: "tree", path: "/none/python" });
		await world.write({ [record]: JSON.stringify({ ...rest, made }) });
		const undo = llorchTty(world, "dev setup --undo", { columns: 300 });
		await undo.waitFor("/none/python, with every plugin of llm's in it");
		await undo.waitFor(/Take back what dev setup made\?/);
		undo.send("y\r");
		expect(await undo.done).toMatchObject({ code: 0 });
		expect(await world.tree("~")).not.toContain(".config/llorch/config.toml");
	});
});

async function until(condition: () => Promise<boolean>): Promise<void> {
	while (!(await condition())) await delay(20);
}
