export * from "./atomic-file.ts";
export * from "./cell-failure.ts";
export * from "./cell-id.ts";
export * from "./clock.ts";
export * from "./errors.ts";
export { type Journal, openJournal } from "./journal.ts";
export * from "./local-runner.ts";
export {
	acquireLock,
	HEARTBEAT_MS,
	isLocked,
	type Lock,
	type LockOptions,
} from "./lock.ts";
export type { LockHolder } from "./lock-file.ts";
export * from "./make-folders.ts";
export * from "./memory-backlog.ts";
export * from "./observe-runner.ts";
export * from "./run-cells.ts";
export * from "./state-folder.ts";
