import { HpoError } from "../../errors/errors.ts";
import type { Device, Found, HiddenDevice, UnusableDevice } from "./device.ts";

/** What `devices` asks for, part by part. */
export type DeviceRequest =
  | { readonly kind: "none" }
  /** All GPUs, where there are some. */
  | { readonly kind: "auto" }
  | { readonly kind: "list"; readonly parts: readonly RequestPart[] };

export type RequestPart =
  /** All devices of a kind. */
  | { readonly kind: "all"; readonly of: Device["kind"] }
  /** One device, by its name, its UUID or the UUID's beginning. */
  | { readonly kind: "one"; readonly name: string }
  | { readonly kind: "cpu"; readonly slots?: number };

const FORMS = "auto, none, cuda, cuda:0, cuda:0:1 (a MIG instance), a UUID, rocm:0, cpu or cpu:4";

/**
 * Reads `cuda:0,cuda:2`, `cuda`, `rocm`, `cpu:4`, `auto`, `none`, or a list of such.
 * @throws HpoError on anything else
 */
export function parseDevices(given: string | readonly string[]): DeviceRequest {
  const words = (typeof given === "string" ? given.split(",") : given).map((word) => word.trim());
  const parts = words.map(parseWord);
  const [first] = parts;
  if (parts.length === 1 && typeof first === "string") return { kind: first };
  const listed = parts.filter((part) => typeof part !== "string");
  if (listed.length < parts.length) {
    throw new HpoError(
      `devices: "${words.join(",")}" joins auto or none with others. Give it alone, or drop it.`,
    );
  }
  return { kind: "list", parts: listed };
}

function parseWord(word: string): RequestPart | "auto" | "none" {
  if (word === "auto" || word === "none") return word;
  if (word === "cuda" || word === "rocm") return { kind: "all", of: word };
  const cpu = /^cpu(?::([1-9]\d*))?$/.exec(word);
  if (cpu) return { kind: "cpu", ...(cpu[1] && { slots: Number(cpu[1]) }) };
  if (/^(?:cuda|rocm):\d+(?::\d+)?$/.test(word) || /^(?:GPU|MIG|PCI)-./i.test(word)) {
    return { kind: "one", name: word };
  }
  throw new HpoError(`devices: "${word}" is no device. Give ${FORMS}, separated by commas.`);
}

/**
 * The devices that a list asks for, in its order.
 * @throws HpoError if one is missing, hidden, or asked for twice
 */
export function selectDevices(parts: readonly RequestPart[], found: Found): readonly Device[] {
  const chosen: Device[] = [];
  for (const part of parts) {
    if (part.kind === "cpu") continue;
    for (const device of part.kind === "all" ? allOf(part.of, found) : [named(part.name, found)]) {
      if (chosen.includes(device)) {
        throw new HpoError(
          `devices: ${device.name} is named twice. Name it once; trialsPerDevice lets trials share it.`,
        );
      }
      chosen.push(device);
    }
  }
  return chosen;
}

function allOf(kind: Device["kind"], found: Found): readonly Device[] {
  const devices = found.devices.filter((device) => device.kind === kind);
  const own = devices.filter(({ isIntegrated }) => !isIntegrated);
  if (devices.length > 0) return own.length > 0 ? own : devices;
  const [broken] = (found.unusable ?? []).filter(({ device }) => device.kind === kind);
  if (broken) throw unusable(broken);
  const hidden = found.hidden.filter(({ device }) => device.kind === kind);
  const smi = kind === "cuda" ? "nvidia-smi" : "rocm-smi or amd-smi";
  throw new HpoError(
    hidden.length > 0
      ? `devices: ${kind}: ${hiddenBy(hidden)}. Unset that, or choose other devices.`
      : `devices: ${kind}: ${smi} finds no such device. ${listOf(found)}`,
  );
}

function named(name: string, found: Found): Device {
  const isIt = (device: Device): boolean =>
    device.name === name || device.id.toLowerCase().startsWith(name.toLowerCase());
  const [device, another] = found.devices.filter(isIt);
  if (another) {
    throw new HpoError(
      `devices: "${name}" begins several UUIDs: ${device.id}, ${another.id}. Give more of it.`,
    );
  }
  if (device) return device;
  const broken = (found.unusable ?? []).find((each) => isIt(each.device));
  if (broken) throw unusable(broken);
  const hidden = found.hidden.filter((each) => isIt(each.device));
  if (hidden.length > 0) {
    throw new HpoError(
      `devices: ${hiddenBy(hidden)}. Unset that, or choose others. ${listOf(found)}`,
    );
  }
  const instances = found.devices.filter(({ name: full }) => full.startsWith(`${name}:`));
  if (instances.length > 0) {
    const names = instances.map((each) => each.name).join(", ");
    throw new HpoError(`devices: ${name} is cut into MIG instances. Choose among ${names}.`);
  }
  throw new HpoError(`devices: there is no ${name}. ${listOf(found)}`);
}

const unusable = ({ device, problem, remedy }: UnusableDevice): HpoError =>
  new HpoError(`devices: ${device.name} can't be used: ${problem}. ${remedy}, or choose others.`);

const hiddenBy = (hidden: readonly HiddenDevice[]): string =>
  `${hidden.map(({ device }) => device.name).join(", ")} ${hidden.length === 1 ? "is" : "are"} hidden ` +
  `by ${hidden[0].hiddenBy}`;

const listOf = ({ devices }: Found): string =>
  devices.length === 0
    ? "There are no GPUs to choose; cpu:4 gives four slots on the cores."
    : `Choose among ${devices.map(({ name }) => name).join(", ")}.`;
