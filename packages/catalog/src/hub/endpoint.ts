/** A hub as `HF_ENDPOINT` names it. */
export type Endpoint = {
	/** Without a slash at the end and without a password: it is part of messages, links and addresses. */
	address: string;
	/** The header that logs in there, of `https://user:password@host`. */
	authorization?: string;
};

/** @param text an absolute address, http or https */
export function parseEndpoint(text: string): Endpoint {
	const url = new URL(text);
	const login = [url.username, url.password].map(decode).join(":");
	url.username = "";
	url.password = "";
	return {
		address: url.href.replace(/\/+$/, ""),
		...(login === ":"
			? {}
			: { authorization: `Basic ${Buffer.from(login).toString("base64")}` }),
	};
}

function decode(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
