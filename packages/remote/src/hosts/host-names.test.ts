import { expect, test } from "vitest";
import { readHosts } from "./host-names.ts";

const settings = {
	hosts: { mac: {}, gpu: { host: "10.0.0.7" }, bad: { host: "$(id)" } },
	groups: { two: ["mac", "gpu"], one: ["mac"] },
};

const read = (text: string) => {
	const { hosts, fleet } = readHosts(text, settings);
	return [hosts.map(({ name }) => name).join(" "), fleet];
};

test.each([
	["mac", "mac", false],
	[" mac ", "mac", false],
	["mac,gpu", "mac gpu", true],
	["@two", "mac gpu", true],
	[" @two", "mac gpu", true],
	["@one", "mac", true],
	["gpu, @two", "gpu mac", true],
])("%j means %s", (text, names, fleet) => {
	expect(read(text)).toEqual([names, fleet]);
});

test.each([
	"",
	"mac,",
	"-oProxyCommand=x",
	"a b",
	"x`id`",
	"$(id)",
	"a;b",
	"bad",
])("%j is no host", (text) => {
	expect(() => read(text)).toThrow("cannot be the name of a host");
});
