import { readFile } from "node:fs/promises";
import { getCACertificates, rootCertificates } from "node:tls";
import { LlorchError } from "@llorch/core";
import { type Env, isOn } from "./environment.ts";

/** How to get to the hub. */
export type Network = {
	/** `http://user:password@host:port`. SOCKS, from `all_proxy`, is refused when it is needed: `refuseSocks`. */
	httpProxy?: string;
	httpsProxy?: string;
	/** As NO_PROXY has it: host names, separated by commas; `*` for all. */
	noProxy?: string;
	/** Certificates in PEM to trust: those built in, and the user's own. Absent: what the runtime trusts by itself. */
	ca?: string[];
	/** Never ask the network. */
	offline: boolean;
};

/**
 * What the environment says: proxies, own certificate authorities, `HF_HUB_OFFLINE`. The lower-case name of a proxy variable
 * goes before the upper-case one, as in curl. Throws LLORCH_CA_UNREADABLE and LLORCH_PROXY_FAILED.
 */
export async function readNetwork(env: Env): Promise<Network> {
	const all = readProxy(env, "all_proxy");
	const httpProxy = readProxy(env, "http_proxy") ?? all;
	const httpsProxy = readProxy(env, "https_proxy") ?? all;
	const noProxy = env.no_proxy ?? env.NO_PROXY;
	const ca = await readCertificates(env);
	return {
		...(httpProxy === undefined ? {} : { httpProxy }),
		...(httpsProxy === undefined ? {} : { httpsProxy }),
		...(noProxy === undefined ? {} : { noProxy }),
		...(ca === undefined ? {} : { ca }),
		offline: isOn(env.HF_HUB_OFFLINE),
	};
}

function readProxy(env: Env, name: string): string | undefined {
	const given = env[name] || env[name.toUpperCase()];
	if (!given) return undefined;
	// curl(1): a proxy without a scheme is an HTTP proxy.
	const url = given.includes("://") ? given : `http://${given}`;
	const usable = name === "all_proxy" ? /^(https?|socks\w*):/i : /^https?:/i;
	if (usable.test(url) && URL.canParse(url)) return url;
	throw new LlorchError(
		"LLORCH_PROXY_FAILED",
		`${name.toUpperCase()} does not name a proxy that llorch can use`,
		{ hint: "It must be http://HOST:PORT, or https://HOST:PORT." },
	);
}

export function isSocks(proxy: string | undefined): proxy is string {
	return /^socks/i.test(proxy ?? "");
}

/**
 * Desktops set ALL_PROXY to a SOCKS proxy beside proxies that we can use. Only where it alone leads to `url` is it an error: to
 * go without would show the hub what the proxy shall hide. Throws LLORCH_PROXY_FAILED.
 */
export function refuseSocks(url: URL, network: Network): void {
	const { httpProxy, httpsProxy, noProxy = "" } = network;
	const proxy = url.protocol === "https:" ? httpsProxy : httpProxy;
	if (!isSocks(proxy) || isExcepted(url, noProxy)) return;
	throw new LlorchError(
		"LLORCH_PROXY_FAILED",
		`ALL_PROXY leads to ${url.host} through a SOCKS proxy, which llorch cannot use`,
		{
			hint: `Name an HTTP proxy in HTTPS_PROXY; or, to go without a proxy, unset ALL_PROXY or name ${url.hostname} in NO_PROXY.`,
			details: { url: url.origin },
		},
	);
}

/** As curl reads NO_PROXY: `*`, or names of hosts and of domains above them. */
function isExcepted({ hostname, host }: URL, noProxy: string): boolean {
	return noProxy
		.toLowerCase()
		.split(/[\s,]+/)
		.map((name) => name.replace(/^\*?\./, ""))
		.some(
			(name) =>
				name !== "" &&
				(name === "*" ||
					name === hostname ||
					name === host ||
					hostname.endsWith(`.${name}`)),
		);
}

// Node reads the first by itself, the compiled binary does not; the others are what curl, requests and httpx (so hf) read.
const CA_VARIABLES = [
	"NODE_EXTRA_CA_CERTS",
	"SSL_CERT_FILE",
	"REQUESTS_CA_BUNDLE",
	"CURL_CA_BUNDLE",
];

async function readCertificates(env: Env): Promise<string[] | undefined> {
	const files = new Map(
		CA_VARIABLES.flatMap((name) => {
			const file = env[name];
			return file ? [[file, name] as const] : [];
		}),
	);
	if (files.size === 0) return undefined;
	const own = [];
	for (const [file, name] of files) own.push(await readPem(file, name));
	return [...trustedByDefault(), ...own];
}

/** What the runtime trusts when it is not given `ca`, which would replace it. `getCACertificates` is younger than Node 22.15. */
function trustedByDefault(): readonly string[] {
	return typeof getCACertificates === "function"
		? getCACertificates("default")
		: rootCertificates;
}

async function readPem(file: string, name: string): Promise<string> {
	const hint = `Correct ${name}, or unset it if no own certificate authority is needed.`;
	const text = await readFile(file, "utf8").catch((cause: unknown) => {
		throw new LlorchError(
			"LLORCH_CA_UNREADABLE",
			`the certificates in ${file}, named by ${name}, cannot be read`,
			{ hint, cause },
		);
	});
	if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
	throw new LlorchError(
		"LLORCH_CA_UNREADABLE",
		`${file}, named by ${name}, holds no certificates in PEM`,
		{ hint },
	);
}
