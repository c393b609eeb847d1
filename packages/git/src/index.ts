export { createGit, type Git, type GitOptions } from "./create-git.ts";
