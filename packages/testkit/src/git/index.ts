export {
	type GitWorld,
	type GitWorldOptions,
	makeGitWorld,
} from "./git-world.ts";
export { type Snapshot, snapshot } from "./snapshot.ts";
