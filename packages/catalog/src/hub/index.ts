export { createHub } from "./create-hub.ts";
export { parseEndpoint } from "./endpoint.ts";
export { readNetwork } from "./network.ts";
export type { HubOptions } from "./session.ts";
export { readToken } from "./token.ts";
export type { Hub } from "./types.ts";
