export type { Behaviour, BehaviourInput } from "./behaviour.ts";
export type { ChatRecord, ChatRequest } from "./record.ts";
export * from "./server.ts";
