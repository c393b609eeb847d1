import { createHash } from "node:crypto";
import {
	chmod,
	type FileHandle,
	mkdir,
	open,
	readFile,
	readlink,
	rmdir,
	symlink,
	unlink,
} from "node:fs/promises";
import { LlorchError, quotePath } from "@llorch/core";
import {
	foldersAbove,
	onDisk,
	type RawPath,
	showRawPath,
} from "../raw-path.ts";
import type { GitDoor } from "../run-git.ts";
import type { KeptFile } from "./hash-files.ts";
import { type Look, lookAt, lookAtOne } from "./look.ts";
import { type ObjectSink, readObjects } from "./read-objects.ts";

/** Writes kept files back, byte for byte, with their permission bits. Those that are there already stay as they are. */
export async function writeKeptFiles(
	door: GitDoor,
	root: string,
	files: readonly KeptFile[],
): Promise<void> {
	const there = await lookAt(
		root,
		files.map(({ path }) => path),
	);
	const missing: KeptFile[] = [];
	for (const file of files) {
		const look = there.get(file.path);
		if (look === undefined || !(await isSame(root, file, look)))
			missing.push(file);
		else if (file.kind === "file" && look.mode !== file.mode)
			await chmod(onDisk(root, file.path), file.mode);
	}
	await readObjects(
		door,
		root,
		missing.map((file) => ({
			oid: file.oid,
			sink:
				file.kind === "link" ? createLink(root, file) : createFile(root, file),
		})),
	);
}

/** Whether a file on disk has the content that was kept. */
export async function isSame(
	root: string,
	{ path, kind, oid }: KeptFile,
	look: Look,
): Promise<boolean> {
	if (look.kind !== kind) return false;
	if (kind === "link") {
		const target = await readlink(onDisk(root, path), { encoding: "buffer" });
		return blobOid(target, oid.length) === oid;
	}
	// Files over the limit are not kept this way, so this one fits into memory.
	return blobOid(await readFile(onDisk(root, path)), oid.length) === oid;
}

function blobOid(content: Uint8Array, length: number): string {
	return createHash(length === 64 ? "sha256" : "sha1")
		.update(`blob ${content.length}\0`)
		.update(content)
		.digest("hex");
}

function createFile(root: string, { path, mode }: KeptFile): ObjectSink {
	let file: FileHandle | undefined;
	return {
		async begin() {
			await makeRoom(root, path);
			// Never through a link, and never into a file that has another name too.
			file = await open(onDisk(root, path), "wx", mode);
		},
		async write(piece) {
			for (let at = 0; at < piece.length; )
				at += (await (file as FileHandle).write(piece, at)).bytesWritten;
		},
		async end() {
			// The umask has cut the mode given to open().
			await file?.chmod(mode);
			await file?.close();
		},
		abandon: async () => file?.close(),
	};
}

function createLink(root: string, { path }: KeptFile): ObjectSink {
	const pieces: Uint8Array[] = [];
	return {
		begin: async () => {},
		write: async (piece) => {
			pieces.push(Buffer.from(piece));
		},
		async end() {
			await makeRoom(root, path);
			await symlink(Buffer.concat(pieces), onDisk(root, path));
		},
		abandon: async () => {},
	};
}

/**
 * Takes away the file at a path, and files where its folders shall be; what was there has been kept by whoever calls. Throws
 * LLORCH_GIT_IN_THE_WAY for a folder with something in it.
 */
export async function makeRoom(root: string, path: RawPath): Promise<void> {
	for (const folder of foldersAbove(path)) {
		const look = await lookAtOne(root, folder);
		if (look?.kind === "folder") continue;
		if (look !== undefined) await unlink(onDisk(root, folder));
		await mkdir(onDisk(root, folder));
	}
	const look = await lookAtOne(root, path);
	if (look === undefined) return;
	if (look.kind !== "folder") return unlink(onDisk(root, path));
	try {
		await rmdir(onDisk(root, path));
	} catch (cause) {
		const shown = showRawPath(path);
		throw new LlorchError(
			"LLORCH_GIT_IN_THE_WAY",
			`${quotePath(shown)} shall be a file again, but there is a folder with something in it`,
			{
				hint: "Move it away, then try again.",
				details: { path: shown, repository: root },
				cause,
			},
		);
	}
}
