export const errorPages: Readonly<Record<string, string>> = {};
