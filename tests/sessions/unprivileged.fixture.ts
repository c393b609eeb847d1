import { execFile } from "node:child_process";
import { chmod } from "node:fs/promises";
import { promisify } from "node:util";
import {
	llorchProgram,
	type Part,
	programSession,
	type Session,
	type World,
} from "@llorch/testkit";
import { onTestFinished } from "vitest";

const isRoot = process.getuid?.() === 0;
// Nobody's.
const UID = "54321";

/** What `asUser` needs: root must become somebody else, because rights do not bind root. */
export const USER_PARTS: readonly Part[] = isRoot ? ["setpriv"] : [];

/** llorch run by a user to whom all of the world belongs, as it is now. Anyone but root is that already. */
export async function asUser(world: World): Promise<Session> {
	const { file, args } = llorchProgram();
	if (!isRoot) return programSession(world, { file, args });
	await promisify(execFile)("chown", ["-hR", UID, world.root]);
	const become = [`--reuid=${UID}`, "--clear-groups", file, ...args];
	return programSession(world, { file: "setpriv", args: become });
}

/** Takes rights of a folder or file away until the end of the test. */
export async function withMode(path: string, mode: number): Promise<void> {
	await chmod(path, mode);
	onTestFinished(() => chmod(path, 0o755).catch(() => {}));
}
