import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { schemaProblems } from "../errors/schema-problems.ts";
import { z } from "../vendor/zod.ts";

// The Model Context Protocol over stdio, as far as a server of tools needs it: JSON-RPC 2.0, a line each.
// https://modelcontextprotocol.io/specification

/** What a model may call. */
export interface McpTool {
  readonly name: string;
  readonly description: string;
  /** What it is called with, checked before. */
  readonly input: z.ZodType;
  /** Whether it changes nothing. */
  readonly isReadOnly: boolean;
  readonly call: (input: never) => unknown;
}

export interface McpOptions {
  readonly input: Readable;
  readonly output: Writable;
  readonly tools: readonly McpTool[];
  readonly version: string;
}

/** Those whose messages are the same for what we do; the first one is the answer to any other. */
const VERSIONS = ["2025-06-18", "2025-03-26", "2024-11-05"];
const PARSE_ERROR = -32700;
const INVALID_REQUEST = -32600;
const METHOD_NOT_FOUND = -32601;
const INVALID_PARAMS = -32602;

class RpcError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** Answers until the input ends. An error of a tool is an answer that says so: the model reads it. */
export async function serveMcp({ input, output, tools, version }: McpOptions): Promise<void> {
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  const methods: Readonly<Record<string, (params: Params) => unknown>> = {
    initialize: ({ protocolVersion: asked }) => ({
      protocolVersion: VERSIONS.find((one) => one === asked) ?? VERSIONS[0],
      capabilities: { tools: {} },
      serverInfo: { name: "hpo", version },
    }),
    ping: () => ({}),
    "tools/list": () => ({ tools: tools.map(toolJson) }),
    "tools/call": async ({ name, arguments: given }) => {
      const tool = byName.get(String(name));
      if (tool) return called(tool, given ?? {});
      throw new RpcError(INVALID_PARAMS, `There is no tool ${JSON.stringify(name)}.`);
    },
  };
  for await (const line of createInterface({ input })) {
    if (line.trim() === "") continue;
    const answer = await answerTo(line, methods);
    if (answer) output.write(`${JSON.stringify({ jsonrpc: "2.0", ...answer })}\n`);
  }
}

type Params = Readonly<Record<string, unknown>>;

/** Undefined where none is wanted: of a notification. */
async function answerTo(
  line: string,
  methods: Readonly<Record<string, (params: Params) => unknown>>,
): Promise<object | undefined> {
  let id: unknown = null;
  try {
    const request = requestIn(line);
    if (request.id === undefined) return undefined;
    id = request.id;
    const { method, params = {} } = request;
    if (!Object.hasOwn(methods, method)) {
      throw new RpcError(METHOD_NOT_FOUND, `There is no method ${JSON.stringify(method)}.`);
    }
    return { id, result: await methods[method](params) };
  } catch (error) {
    const code = error instanceof RpcError ? error.code : -32603;
    return { id, error: { code, message: error instanceof Error ? error.message : String(error) } };
  }
}

interface RpcRequest {
  readonly id?: unknown;
  readonly method: string;
  readonly params?: Params;
}

function requestIn(line: string): RpcRequest {
  let given: unknown;
  try {
    given = JSON.parse(line);
  } catch (error) {
    throw new RpcError(PARSE_ERROR, `The line is no JSON: ${(error as Error).message}.`);
  }
  const { method } = (given ?? {}) as { readonly method?: unknown };
  if (typeof method === "string") return given as RpcRequest;
  throw new RpcError(INVALID_REQUEST, "The line is no JSON-RPC request: it has no method.");
}

const toolJson = ({ name, description, input, isReadOnly }: McpTool): object => ({
  name,
  description,
  inputSchema: z.toJSONSchema(input, { io: "input" }),
  annotations: { readOnlyHint: isReadOnly, openWorldHint: false },
});

async function called({ input, call }: McpTool, given: unknown): Promise<object> {
  const parsed = input.safeParse(given);
  try {
    if (!parsed.success) throw new Error(schemaProblems(parsed.error, given));
    const answer = await call(parsed.data as never);
    return { content: [{ type: "text", text: JSON.stringify(answer ?? null) }] };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { isError: true, content: [{ type: "text", text }] };
  }
}
