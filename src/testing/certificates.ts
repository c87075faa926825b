import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** Paths of PEM files: a certificate authority, and a server's certificate for a name, with its key. */
export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Made by openssl, into a folder. @throws Error where there is none */
export function certificatesFor(name: string, folder: string): Certificates {
  const at = (file: string): string => join(folder, file);
  const openssl = (...words: string[]): void =>
    void execFileSync("openssl", words, { cwd: folder, stdio: "pipe" });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const days = ["-days", "2"];
  openssl(
    ...["req", "-x509", ...newKey, ...days, "-subj", "/CN=hpo test"],
    ...["-keyout", at("ca.key"), "-out", at("ca.pem")],
  );
  openssl(
    ...["req", "-x509", ...newKey, ...days, "-subj", `/CN=${name}`],
    ...["-addext", `subjectAltName=DNS:${name}`, "-addext", "basicConstraints=CA:FALSE"],
    ...["-CA", at("ca.pem"), "-CAkey", at("ca.key")],
    ...["-keyout", at(`${name}.key`), "-out", at(`${name}.pem`)],
  );
  return { ca: at("ca.pem"), cert: at(`${name}.pem`), key: at(`${name}.key`) };
}
