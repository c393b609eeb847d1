import { type Check, type CommandRunner, succeeded } from "@llorch/core";
import { installPythonTool, type Machine } from "../machine.ts";
import { firstWords, runProgram } from "../run-program.ts";
import { findVersion } from "../version-number.ts";

/** Hugging Face's own command. llorch downloads without it; signing in to gated models is easiest with it. */
export function hfCheck(
	runner: CommandRunner,
	machine: () => Promise<Machine>,
): Check {
	const install = async () => {
		const fix = installPythonTool(await machine(), "huggingface_hub");
		return fix === undefined ? {} : { fix };
	};
	return {
		id: "hf",
		title: "hf",
		timeoutMs: 10_000,
		async run(signal) {
			const spec = {
				file: "hf",
				args: ["version"],
				// It would ask the network for a newer one of itself.
				env: { HF_HUB_DISABLE_UPDATE_CHECK: "1", NO_COLOR: "1" },
			};
			const answer = await runProgram(runner, spec, signal);
			if (answer === undefined) {
				const text =
					"hf is not on PATH: signing in to gated models is easiest with it";
				// There, it is PATH that has to be mended, and another check says how.
				const installed = await runProgram(
					runner,
					{ file: "/bin/sh", args: ["-c", "test -x ~/.local/bin/hf"] },
					signal,
				);
				const there = installed !== undefined && succeeded(installed.result);
				return [
					there
						? { level: "warning", text: `${text} (it is in ~/.local/bin)` }
						: { level: "warning", text, ...(await install()) },
				];
			}
			const version = findVersion(answer.stdout);
			if (!succeeded(answer.result) || version === undefined)
				return [
					{
						level: "warning",
						text: `hf does not start: ${firstWords(answer)}`,
						...(await install()),
					},
				];
			return [{ level: "ok", text: `hf ${version}` }];
		},
	};
}
