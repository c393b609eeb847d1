import { createHash } from "node:crypto";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPart } from "@llorch/testkit/parts";
import { binaryFile } from "../../scripts/build.ts";
import { compare, report, seconds } from "./pairs.ts";
import { type ServedFile, startStaticHub } from "./static-hub.ts";

const MIB = 1024 * 1024;
const PAIRS = 5;

/** Download and verify 1 GiB from loopback (LLORCH_BENCH_MIB: another size), against curl, curl && sha256sum, and hf. */
export async function main(): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), "llorch-bench-"));
	const served = makeFile(folder, Number(process.env.LLORCH_BENCH_MIB ?? 1024));
	const hub = await startStaticHub(folder, served);
	const url = `${hub.url}/${served.repo}/resolve/${served.revision}/${served.path}`;
	const target = join(folder, "target");
	const env = {
		HOME: join(folder, "home"),
		HF_HOME: join(folder, "hf"),
		HF_ENDPOINT: hub.url,
		HF_HUB_DISABLE_UPDATE_CHECK: "1",
		HF_HUB_DISABLE_XET: "1",
		XDG_STATE_HOME: join(folder, "state"),
	};
	const fresh = (work: () => number) => () => {
		for (const name of ["hf", "state", "target"])
			rmSync(join(folder, name), { recursive: true, force: true });
		return work();
	};
	const llorch = fresh(() =>
		seconds({
			file: binaryFile,
			args: [
				"models",
				"download",
				`hf:${served.repo}/${served.path}@${served.revision}`,
				"--quiet",
			],
			env,
			cwd: folder,
		}),
	);
	const curl = fresh(() =>
		seconds({ file: "curl", args: ["-sSo", target, url] }),
	);
	const curlAndSum = fresh(() =>
		seconds({
			file: "sh",
			args: ["-c", `curl -sSo '${target}' '${url}' && sha256sum '${target}'`],
		}),
	);
	const hfProgram = findPart("hf");
	try {
		const size = `${served.bytes / MIB} MiB`;
		report(
			`download + verify ${size} / curl`,
			compare(llorch, curl, PAIRS),
			1.3,
		);
		report(
			`download + verify ${size} / (curl && sha256sum)`,
			compare(llorch, curlAndSum, PAIRS),
			0.55,
		);
		if (hfProgram === undefined)
			console.log("hf download: skipped, hf is not here");
		else {
			const hf = fresh(() =>
				seconds({
					file: hfProgram,
					args: [
						"download",
						served.repo,
						served.path,
						"--revision",
						served.revision,
						"--quiet",
					],
					env,
				}),
			);
			report(
				`download + verify ${size} / hf download`,
				compare(llorch, hf, PAIRS),
				0.4,
			);
		}
	} finally {
		await hub.close();
		rmSync(folder, { recursive: true, force: true });
	}
}

function makeFile(folder: string, mib: number): ServedFile {
	const file = join(folder, "model.bin");
	const hash = createHash("sha256");
	const block = Buffer.alloc(MIB);
	for (let at = 0; at < MIB; at += 4)
		block.writeUInt32LE((at * 2654435761) >>> 0, at);
	const out = openSync(file, "w");
	for (let index = 0; index < mib; index++) {
		block.writeUInt32LE(index, 0);
		hash.update(block);
		writeSync(out, block);
	}
	closeSync(out);
	return {
		repo: "bench/model",
		revision: "be".repeat(20),
		path: "model.bin",
		file,
		bytes: mib * MIB,
		sha256: hash.digest("hex"),
	};
}
