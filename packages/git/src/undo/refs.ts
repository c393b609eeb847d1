import { type GitDoor, git } from "../run-git.ts";

/** A ref's name (one character per byte), object and, for one that only points to another, that other's name. */
export type Ref = { name: string; oid: string; target?: string };

/** Where undo entries keep their commits alive. */
export const UNDO_REFS = "refs/llorch/undo/";

/** Every ref of a repository but llorch's own. */
export async function readRefs(door: GitDoor, root: string): Promise<Ref[]> {
	const listing = await git(door, root, [
		"for-each-ref",
		"--format=%(objectname) %(refname) %(symref)",
	]);
	return parseRefs(listing.toString("latin1")).filter(
		({ name }) => !name.startsWith("refs/llorch/"),
	);
}

export function stringifyRefs(refs: readonly Ref[]): string {
	return refs
		.map(({ oid, name, target = "" }) => `${oid} ${name} ${target}\n`)
		.join("");
}

export function parseRefs(text: string): Ref[] {
	return text
		.split("\n")
		.filter((line) => line !== "")
		.map((line) => {
			// Names hold no spaces (git-check-ref-format(1)).
			const [oid = "", name = "", target = ""] = line.split(" ");
			return { oid, name, ...(target === "" ? {} : { target }) };
		});
}

/** Whether one of these covers a ref: its name, or a folder of refs with `/` at its end. */
export function covers(scope: readonly string[], name: string): boolean {
	return scope.some((part) =>
		part.endsWith("/") ? name.startsWith(part) : name === part,
	);
}

/** The refs that differ between two times: with what they were, or `undefined` for those that were not there. */
export function movedRefs(
	before: readonly Ref[],
	after: readonly Ref[],
): { name: string; was: Ref | undefined }[] {
	const was = new Map(before.map((ref) => [ref.name, ref]));
	const is = new Map(after.map((ref) => [ref.name, ref]));
	return [...new Set([...was.keys(), ...is.keys()])]
		.filter((name) => {
			const [old, now] = [was.get(name), is.get(name)];
			return old?.oid !== now?.oid || old?.target !== now?.target;
		})
		.map((name) => ({ name, was: was.get(name) }));
}

/** Puts refs back to what they were. Repeating it does no harm. */
export async function restoreRefs(
	door: GitDoor,
	root: string,
	moved: readonly { name: string; was: Ref | undefined }[],
): Promise<void> {
	// First what has to go: `a` and `a/b` cannot be there together, not even within one transaction.
	await updateRefs(
		door,
		root,
		moved
			.filter(({ was }) => was === undefined || was.target !== undefined)
			.map(({ name }) => `option no-deref\0${deleteRef(name)}`),
	);
	await updateRefs(
		door,
		root,
		moved.flatMap(({ name, was }) =>
			was === undefined || was.target !== undefined
				? []
				: `option no-deref\0${setRef(name, was.oid)}`,
		),
	);
	for (const { was } of moved)
		if (was?.target !== undefined)
			await git(door, root, ["symbolic-ref", text(was.name), text(was.target)]);
}

/** A command for `updateRefs`. */
export function setRef(name: string, oid: string): string {
	return `update ${name}\0${oid}\0\0`;
}

/** A command for `updateRefs`; a ref that is not there is no failure. */
export function deleteRef(name: string): string {
	return `delete ${name}\0\0`;
}

/** Runs commands of `git update-ref --stdin -z` as one transaction. */
export async function updateRefs(
	door: GitDoor,
	root: string,
	commands: readonly string[],
): Promise<void> {
	if (commands.length === 0) return;
	await git(door, root, ["update-ref", "--stdin", "-z"], {
		stdin: commands.join(""),
	});
}

function text(bytes: string): string {
	return Buffer.from(bytes, "latin1").toString();
}
