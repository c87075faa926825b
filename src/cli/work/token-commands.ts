import { Command, Option } from "commander";
import { TOKEN_SCOPES, type TokenScope } from "../../workers/tokens/token-scopes.ts";
import { duration, jsonOption, storageOption, type CommonOptions } from "../options.ts";
import { quotedName } from "../visible.ts";

const create = (): Command =>
  new Command("create")
    .description(
      "create a token for a study that is served; it is printed once, and only its hash is kept",
    )
    .argument("<name>", "the study's name")
    .addOption(
      new Option(
        "--scope <scope>",
        "read: may look; work: may run trials, too; admin: and steer them",
      )
        .choices(TOKEN_SCOPES)
        .default("work"),
    )
    .option("--expires <time>", "when it ends, as 30d; never if left out", duration)
    .addOption(storageOption())
    .addOption(jsonOption())
    .action(
      async (name: string, options: CommonOptions & { scope: TokenScope; expires?: number }) => {
        const { withStorage } = await import("../context.ts");
        const { print, printJson } = await import("../output.ts");
        const { createToken } = await import("../../workers/tokens/tokens.ts");
        const { scope, expires } = options;
        const token = await withStorage(options, (storage) =>
          createToken(storage, name, scope, expires),
        );
        if (options.json) printJson({ token, scope });
        else print(token);
      },
    );

const list = (): Command =>
  new Command("list")
    .description("the tokens of a study, by their first letters")
    .argument("<name>", "the study's name")
    .addOption(storageOption())
    .addOption(jsonOption())
    .action(async (name: string, options: CommonOptions) => {
      const { withStorage } = await import("../context.ts");
      const { print, printJson } = await import("../output.ts");
      const { tokensOf } = await import("../../workers/tokens/tokens.ts");
      const { findOrThrow } = await import("../../study/stored-study.ts");
      const { systemAttrs } = await withStorage(options, (storage) => findOrThrow(storage, name));
      const tokens = tokensOf(systemAttrs).map(({ id, scope, expires }) => ({
        id,
        scope,
        expires: expires ?? null,
      }));
      if (options.json) printJson(tokens);
      else if (tokens.length === 0) print(`Study ${quotedName(name)} has no token.`);
      for (const { id, scope, expires } of options.json ? [] : tokens) {
        print(`${id}…  ${scope}  ${expires === null ? "never ends" : `ends ${expires}`}`);
      }
    });

const revoke = (): Command =>
  new Command("revoke")
    .description("take a token back, by its first letters as list shows them")
    .argument("<name>", "the study's name")
    .argument("<id>", "the token's first ten letters")
    .addOption(storageOption())
    .addOption(jsonOption())
    .action(async (name: string, id: string, options: CommonOptions) => {
      const { withStorage } = await import("../context.ts");
      const { print, printJson } = await import("../output.ts");
      const { revokeToken } = await import("../../workers/tokens/tokens.ts");
      await withStorage(options, (storage) => revokeToken(storage, name, id.replace(/…$/, "")));
      if (options.json) printJson({ revoked: id });
      else print(`Token ${id} of ${quotedName(name)} is taken back.`);
    });

export const tokenCommand = (): Command =>
  new Command("token")
    .description("tokens that open a study that is served to other machines")
    .showHelpAfterError("(--help shows what there is)")
    .addCommand(create())
    .addCommand(list())
    .addCommand(revoke());
