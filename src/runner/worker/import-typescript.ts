import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Jiti, JitiOptions, TransformOptions } from "jiti";
import type * as TypeScript from "typescript";
import { HpoError } from "../../errors/errors.ts";

type Compiler = typeof TypeScript;

/**
 * A cache of our own: in jiti's default one, other programs may have compiled decorators
 * differently.
 */
const CACHE = join(tmpdir(), "hpo-modules");

/** Keeps jiti from caching the code, as it caches none with `__JITI_ERROR__`. */
const UNCACHED = "// decorators follow tsconfig.json, so this is made anew: not __JITI_ERROR__\n";

/**
 * Imports a TypeScript module by jiti, so that any Node runs it, with `paths` and decorators as its
 * tsconfig.json says. jiti mishandles standard decorators and can't read `accessor`, so files that have any are
 * compiled by their project's TypeScript.
 * @throws HpoError if there are any and no compiler, a file can't be parsed, or tsconfig.json can't be read
 */
export async function importTypeScript<Module>(path: string): Promise<Module> {
  const { createJiti } = await import("jiti");
  const open = (options: JitiOptions): Jiti =>
    createJiti(path, { interopDefault: false, ...options });
  let plain: Jiti | undefined;
  const transform = (options: TransformOptions): { code: string } => {
    plain ??= open({ fsCache: false });
    return { code: transformed(plain, options) };
  };
  return opened(() => open({ fsCache: CACHE, tsconfigPaths: true, transform }), path).import(path);
}

function opened(open: () => Jiti, path: string): Jiti {
  try {
    return open();
  } catch (error) {
    const reason = (error as Error).message.replace(/\.+$/, "");
    throw new HpoError(
      `${path}: the tsconfig.json above it can't be read: ${reason}. Correct it.`,
      { cause: error },
    );
  }
}

function transformed(jiti: Jiti, options: TransformOptions): string {
  let hasDecorators = false;
  const watch = {
    visitor: {
      Program: (program: { traverse(visitor: object): void }) =>
        program.traverse({ Decorator: () => void (hasDecorators = true) }),
    },
  };
  const code = jiti.transform({ ...options, babel: { ...options.babel, plugins: [watch] } });
  const { filename, source } = options;
  const unparsed = parseError(code);
  if (filename === undefined) return code;
  if (unparsed && !unparsed.isNewSyntax) throw wrongSyntax(filename, unparsed, "Correct it");
  if (!hasDecorators && !unparsed) return code;
  const plain = jiti.transform({ ...options, source: compiled(source, filename), ts: false });
  if (parseError(plain)) {
    throw wrongSyntax(filename, unparsed ?? parseError(plain)!, "Write it in another way");
  }
  return UNCACHED + plain;
}

/** Why jiti's parser can't read a file. */
interface Unparsed {
  readonly line: number;
  /** From 0. */
  readonly column: number;
  /** Without what the parser advises those who configure it. */
  readonly reason: string;
  /** Whether it knows the syntax, and a compiler may take it away: `accessor`. */
  readonly isNewSyntax: boolean;
}

/** In place of code jiti gives the error, to be thrown as the code runs. */
function parseError(code: string): Unparsed | undefined {
  const [, json] = /^exports\.__JITI_ERROR__ = (\{.*\})$/s.exec(code) ?? [];
  if (json === undefined) return undefined;
  const { line, column, message } = JSON.parse(json) as Unparsed & { readonly message: string };
  const [, syntax] = /experimental syntax '(\w+)'/.exec(message) ?? [];
  const [first] = message.trim().split("\n");
  const reason = syntax === undefined ? first : `The syntax "${syntax}" is not read here`;
  return { line, column, reason: reason.replace(/\.$/, ""), isNewSyntax: syntax !== undefined };
}

const wrongSyntax = (path: string, { line, column, reason }: Unparsed, remedy: string): HpoError =>
  new HpoError(`${path}:${line}:${column + 1}: ${reason}. ${remedy}.`);

/** Compiles TypeScript with decorators to JavaScript that is still a module. */
function compiled(source: string, path: string): string {
  const ts = compilerFor(path);
  const { options } = configOf(ts, path);
  const { ESNext, Preserve = ESNext } = ts.ModuleKind;
  const compilerOptions: TypeScript.CompilerOptions = {
    ...options,
    target: ts.ScriptTarget.ES2022,
    module: Preserve,
    moduleResolution: undefined,
    sourceMap: false,
    inlineSourceMap: false,
  };
  return ts.transpileModule(source, { fileName: path, compilerOptions }).outputText;
}

function configOf(ts: Compiler, path: string): TypeScript.ParsedCommandLine {
  const file = ts.findConfigFile(dirname(path), (name) => ts.sys.fileExists(name));
  const config: unknown = file && ts.readConfigFile(file, (name) => ts.sys.readFile(name)).config;
  // Listing the project's files is slow, and not needed.
  const host = { ...ts.sys, readDirectory: () => [] };
  return ts.parseJsonConfigFileContent(config ?? {}, host, dirname(file ?? path));
}

/** @throws HpoError if no compiler is installed for the file */
function compilerFor(path: string): Compiler {
  for (const from of [path, import.meta.url]) {
    try {
      const compiler = createRequire(from)("typescript") as Partial<Compiler>;
      if (compiler.transpileModule) return compiler as Compiler;
    } catch (error) {
      if ((error as { code?: string }).code !== "MODULE_NOT_FOUND") throw error;
    }
  }
  throw new HpoError(
    `${path} has decorators or other new syntax, which needs TypeScript's compiler, 5 or 6. ` +
      "Run npm install --save-dev typescript@6 in its folder, or write it without.",
  );
}
