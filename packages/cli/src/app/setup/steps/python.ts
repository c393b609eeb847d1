import { constants } from "node:fs";
import { access, readlink, symlink } from "node:fs/promises";
import { delimiter, join } from "node:path";
import {
	formatRunResult,
	LlorchError,
	type RunSpec,
	sanitize,
	succeeded,
	type Work,
	xdgFolder,
} from "@llorch/core";
import type { App } from "../../app.ts";
import { exists } from "../exists.ts";
import type { Step } from "../types.ts";

/** The programs, and the Python packages they come from. */
const TOOLS = [
	{ command: "llm", package: "llm" },
	{ command: "hf", package: "huggingface_hub" },
] as const;
type Tool = (typeof TOOLS)[number];

/**
 * llm and hf in a virtual environment of their own, with links in ~/.local/bin. Debian's Python installs nowhere else (PEP 668),
 * and nothing that is there already is touched.
 */
export function pythonStep(app: App): Step {
	const { env, home, signal } = app;
	const bin = join(home, ".local", "bin");
	const venv = join(xdgFolder("DATA", app), "llorch", "python");
	const venvBin = join(venv, "bin");
	const folders = (env.PATH ?? "").split(delimiter);
	/** The tools that are in none of these folders. */
	const lacking = async (places: readonly string[]): Promise<Tool[]> => {
		const found = await Promise.all(
			TOOLS.map(({ command }) => findProgram(command, places)),
		);
		return TOOLS.filter((_, index) => found[index] === undefined);
	};
	const missing = () => lacking([...folders, bin]);
	/** The tools that the environment lacks: all, where its Python is gone. */
	const uninstalled = async (): Promise<readonly Tool[]> =>
		(await findProgram("python", [venvBin])) === undefined
			? TOOLS
			: lacking([venvBin]);

	async function* run(file: string, ...args: string[]): Work<void> {
		const spec: RunSpec = { file, args };
		const running = await (await app.runner()).start(spec, { signal });
		let said = "";
		for await (const { bytes } of running.output) {
			said += new TextDecoder().decode(bytes);
			yield { type: "output", stream: "err", bytes };
		}
		const result = await running.done;
		signal.throwIfAborted();
		if (succeeded(result)) return;
		const last = sanitize(said).trim().split("\n").at(-1) ?? "";
		throw new LlorchError(
			"LLORCH_SETUP_STEP_FAILED",
			`${[file, ...args.slice(0, 3)].join(" ")} ended with ${formatRunResult(result)}: ${last}`,
			{ run: ["dev", "doctor"] },
		);
	}

	return {
		id: "python",
		title: "llm and hf",
		async look() {
			const wanted = await missing();
			if (wanted.length === 0) {
				const paths = await Promise.all(
					TOOLS.map(({ command }) => findProgram(command, [...folders, bin])),
				);
				return { state: "present", text: paths.join(", ") };
			}
			const names = wanted.map(({ command }) => command).join(" and ");
			const absent = await uninstalled();
			return {
				state: "todo",
				text: wanted.some((tool) => absent.includes(tool))
					? `install ${names} from PyPI into ${venv}, with links in ${bin}`
					: `link ${names} of ${venv} in ${bin}`,
			};
		},
		async *make(recorder) {
			const wanted = await missing();
			const absent = await uninstalled();
			if (wanted.some((tool) => absent.includes(tool))) {
				await recorder.makeFolder(join(venv, ".."));
				await recorder.add({ kind: "tree", path: venv });
				// --clear: what an earlier try left half made. With a tool in it, it holds more by now: llm's plugins.
				if (absent.length === TOOLS.length)
					yield* run("python3", "-m", "venv", "--clear", venv);
				const packages = absent.map((tool) => tool.package);
				// pip itself would say a hundred lines, or nothing for half a minute.
				yield {
					type: "note",
					level: "info",
					text: `installing ${packages.join(" and ")}`,
				};
				yield* run(
					join(venvBin, "python"),
					...["-m", "pip", "install", "--quiet"],
					...["--disable-pip-version-check", "--no-cache-dir"],
					...packages,
				);
			}
			await recorder.makeFolder(bin);
			for (const { command } of wanted) {
				const target = join(venvBin, command);
				const path = join(bin, command);
				await recorder.add({ kind: "link", path, target });
				await link(path, target);
			}
			const made = wanted.map(({ command }) => join(bin, command)).join(", ");
			return folders.includes(bin)
				? made
				: `${made} (llorch dev doctor says how PATH gets them)`;
		},
	};
}

async function link(path: string, target: string): Promise<void> {
	if (await exists(path)) {
		if ((await readlink(path).catch(() => "")) === target) return;
		throw new LlorchError(
			"LLORCH_SETUP_STEP_FAILED",
			`${path} is there, and leads to something that does not start`,
			{ hint: "Take it away, and run dev setup again." },
		);
	}
	await symlink(target, path);
}

async function findProgram(
	command: string,
	folders: readonly string[],
): Promise<string | undefined> {
	for (const folder of folders) {
		if (folder === "") continue;
		const path = join(folder, command);
		const runs = await access(path, constants.X_OK).then(
			() => true,
			() => false,
		);
		if (runs) return path;
	}
	return undefined;
}
