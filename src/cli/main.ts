#!/usr/bin/env node
import { watchOutput } from "./closed-output.ts";
import { runCli } from "./program.ts";

watchOutput();
process.exitCode = await runCli(process.argv.slice(2));
