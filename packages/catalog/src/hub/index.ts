export { backoff } from "./backoff.ts";
export { createHub } from "./create-hub.ts";
export type { Env } from "./environment.ts";
export { hubErrors } from "./errors.ts";
export { type Network, readNetwork } from "./network.ts";
export type { HubOptions } from "./session.ts";
export { type HubToken, readToken } from "./token.ts";
export { TransientError } from "./transient.ts";
export type {
	Hub,
	HubBody,
	HubCall,
	HubEntry,
	HubFile,
	HubRef,
} from "./types.ts";
