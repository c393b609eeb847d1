import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Tls } from "./loopback.ts";
import { realPart } from "./parts.ts";

export type CertificateAuthority = {
	/** The authority's certificate, for NODE_EXTRA_CA_CERTS, SSL_CERT_FILE, curl's --cacert. */
	readonly file: string;
	readonly cert: string;
	/** Key and certificate of a server with these names. Default: 127.0.0.1 and localhost. */
	issue(...names: readonly string[]): Promise<Tls>;
};

/** An authority of our own, valid for two days, made in `folder`. Needs openssl. */
export async function makeCertificateAuthority(
	folder: string,
): Promise<CertificateAuthority> {
	const run = promisify(execFile);
	const openssl = (...args: readonly string[]) =>
		run(realPart("openssl"), args, { cwd: folder });
	const key = ["-newkey", "rsa:2048", "-nodes"];
	await openssl(
		...["req", "-x509", ...key, "-days", "2"],
		...["-subj", "/CN=A test authority"],
		...["-keyout", "ca.key", "-out", "ca.crt"],
	);
	let serial = 0;
	return {
		file: join(folder, "ca.crt"),
		cert: await readFile(join(folder, "ca.crt"), "utf8"),
		issue: async (...names) => {
			const all = names.length === 0 ? ["127.0.0.1", "localhost"] : names;
			const name = `server-${++serial}`;
			const alternatives = all.map((each) =>
				/^[\d.]+$|:/.test(each) ? `IP:${each}` : `DNS:${each}`,
			);
			await writeFile(
				join(folder, `${name}.ext`),
				`subjectAltName=${alternatives.join(",")}\n`,
			);
			await openssl(
				...["req", ...key, "-subj", `/CN=${all[0]}`],
				...["-keyout", `${name}.key`, "-out", `${name}.csr`],
			);
			await openssl(
				...["x509", "-req", "-in", `${name}.csr`, "-days", "2"],
				...["-CA", "ca.crt", "-CAkey", "ca.key", "-set_serial", String(serial)],
				...["-extfile", `${name}.ext`, "-out", `${name}.crt`],
			);
			return {
				key: await readFile(join(folder, `${name}.key`), "utf8"),
				cert: await readFile(join(folder, `${name}.crt`), "utf8"),
			};
		},
	};
}
