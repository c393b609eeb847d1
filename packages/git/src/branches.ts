import { type OrdinaryDoor, ordinaryGit } from "./simple-git.ts";

export type Branch = {
	name: string;
	commit: string;
	subject: string;
};

export type LocalBranch = Branch & {
	current: boolean;
	/** null: it follows nothing. `gone`: what it follows was deleted. */
	upstream: {
		name: string;
		ahead: number;
		behind: number;
		gone: boolean;
	} | null;
	/** The other worktree it is checked out in. */
	worktree: string | null;
};

export type Branches = {
	/** null: HEAD is detached, or there is no commit yet. */
	current: string | null;
	/** Where HEAD is when it is detached. */
	detached: { commit: string; subject: string } | null;
	local: LocalBranch[];
	remote: Branch[];
};

const FIELDS = [
	"%(refname)",
	"%(objectname:short)",
	"%(HEAD)",
	"%(upstream:short)",
	"%(upstream:track)",
	"%(worktreepath)",
	"%(symref)",
	"%(contents:subject)",
].join("%00");

/** All branches of a repository, with what they follow. */
export async function listBranches(
	door: OrdinaryDoor,
	root: string,
): Promise<Branches> {
	const listing = await ordinaryGit(door, root, [
		"for-each-ref",
		`--format=${FIELDS}`,
		"refs/heads",
		"refs/remotes",
	]);
	const local: LocalBranch[] = [];
	const remote: Branch[] = [];
	for (const line of listing.split("\n")) {
		const [
			ref = "",
			commit = "",
			head,
			upstream,
			track = "",
			worktree,
			symref,
			subject = "",
		] = line.split("\0");
		// `origin/HEAD` is only another name.
		if (ref === "" || symref !== "") continue;
		if (ref.startsWith("refs/remotes/"))
			remote.push({ name: ref.slice("refs/remotes/".length), commit, subject });
		else
			local.push({
				name: ref.slice("refs/heads/".length),
				commit,
				subject,
				current: head === "*",
				upstream: upstream ? { name: upstream, ...readTrack(track) } : null,
				worktree: worktree && head !== "*" ? worktree : null,
			});
	}
	const current = local.find((branch) => branch.current)?.name ?? null;
	const detached = current === null ? await readDetached(door, root) : null;
	return { current, detached, local, remote };
}

async function readDetached(
	door: OrdinaryDoor,
	root: string,
): Promise<Branches["detached"]> {
	const head = await ordinaryGit(door, root, [
		...["log", "-1", "--no-show-signature", "--format=%h%x00%s"],
		...["HEAD", "--"],
	]).catch((error) => {
		if (/unknown revision|bad revision/.test(String(error))) return undefined;
		throw error;
	});
	const [commit = "", subject = ""] = head?.trimEnd().split("\0") ?? [];
	return head === undefined ? null : { commit, subject };
}

/** `[ahead 1, behind 2]`, `[gone]`, or nothing. */
function readTrack(track: string) {
	const count = (word: string) =>
		Number(new RegExp(`${word} (\\d+)`).exec(track)?.[1] ?? 0);
	return {
		ahead: count("ahead"),
		behind: count("behind"),
		gone: track === "[gone]",
	};
}
