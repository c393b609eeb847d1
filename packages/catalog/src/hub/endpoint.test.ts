import { expect, test } from "vitest";
import { parseEndpoint } from "./endpoint.ts";

test.each([
	["https://hub/", { address: "https://hub" }],
	["http://127.0.0.1:80/a/b//", { address: "http://127.0.0.1/a/b" }],
	[
		"https://me:a%40b@hub/x",
		{ address: "https://hub/x", authorization: `Basic ${btoa("me:a@b")}` },
	],
	[
		"https://me@hub",
		{ address: "https://hub", authorization: `Basic ${btoa("me:")}` },
	],
	[
		"https://:100%@hub",
		{ address: "https://hub", authorization: `Basic ${btoa(":100%")}` },
	],
])("%s", (text, endpoint) => {
	expect(parseEndpoint(text)).toEqual(endpoint);
});
