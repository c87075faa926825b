import { existsSync, readFileSync } from "node:fs";
import { HpoError } from "../../errors/errors.ts";
import { packageVersion } from "../../system/package-version.ts";

/** The study's folder in the image. */
export const IMAGE_FOLDER = "/app";

const INSTALL = `RUN npm install --global hpo@${packageVersion()}`;

/** Where this folder's package.json names hpo, if it does. @throws HpoError if it can't be read */
function ownHpo(): "dependencies" | "devDependencies" | undefined {
  let manifest: Readonly<Record<string, object | undefined>>;
  try {
    manifest = JSON.parse(readFileSync("package.json", "utf8")) as typeof manifest;
  } catch (error) {
    throw new HpoError(
      `package.json: ${(error as Error).message}. Mend it: the image is made by it.`,
    );
  }
  return (["dependencies", "devDependencies"] as const).find(
    (key) => "hpo" in (manifest[key] ?? {}),
  );
}

/** An image with this folder, hpo, and what package.json and requirements.txt name. */
export function dockerfile(): string {
  const isPackage = existsSync("package.json");
  const own = isPackage ? ownHpo() : undefined;
  const isLocked = existsSync("package-lock.json");
  const isPython = existsSync("requirements.txt");
  const packages = isPackage
    ? [
        `COPY package.json ${isLocked ? "package-lock.json " : ""}./`,
        `RUN npm ${isLocked ? "ci" : "install"}${own === "devDependencies" ? "" : " --omit=dev"}`,
        ...(own === undefined ? [INSTALL] : ["# The project's own hpo."]),
        `ENV PATH=${IMAGE_FOLDER}/node_modules/.bin:$PATH`,
      ]
    : [INSTALL];
  const python = [
    "RUN apt-get update && apt-get install --yes --no-install-recommends python3 python3-venv python-is-python3 \\",
    "  && rm -rf /var/lib/apt/lists/* && python3 -m venv /venv",
    "ENV PATH=/venv/bin:$PATH",
    "COPY requirements.txt ./",
    "RUN pip install --no-cache-dir --requirement requirements.txt",
  ];
  return [
    "# Built from what is committed, so that no token, database or trial gets into the image:",
    "#   git add Dockerfile && git commit -m 'Add an image for workers'",
    "#   git archive HEAD | docker build --tag IMAGE -",
    "# What the trials need beside this is added here, or comes with another image that has Node 20 or later.",
    "FROM node:22-bookworm-slim",
    `WORKDIR ${IMAGE_FOLDER}`,
    ...(isPython ? python : []),
    ...packages,
    `COPY --chown=node:node . .`,
    "# Trials write their files there.",
    `RUN mkdir -p hpo-trials && chown node:node ${IMAGE_FOLDER} hpo-trials`,
    "USER node",
    'CMD ["hpo", "--help"]',
  ].join("\n");
}
