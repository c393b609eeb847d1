/** What a worker is asked when nothing else is said: as the scripts before llorch did. */
export const PROMPT = "Once upon a time";
export const MAX_TOKENS = 50;
/** With --debug every token is a lot to read. */
export const MAX_DEBUG_TOKENS = 20;
