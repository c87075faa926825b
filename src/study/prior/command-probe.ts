import { startProbeProcess, type ProbeProcessOptions } from "../../runner/probe/probe-process.ts";
import type { Probe } from "../../theory/probe/probe.ts";
import { remoteProbe } from "../../theory/probe/remote/remote-probe.ts";

/**
 * A probe of the training problem in a command's process, which is started with HPO_PROBE=1 and
 * answers by docs/probe-protocol.md. It runs until the probe is disposed of.
 * @throws HpoError if the command can't be started, does not answer, or trains instead.
 */
export async function commandProbe(
  options: ProbeProcessOptions & {
    /** Called once the process is gone. */
    readonly cleanUp?: () => void;
  },
): Promise<Probe> {
  const { cleanUp = () => undefined } = options;
  try {
    const transport = await startProbeProcess(options);
    const close = () => transport.close().finally(cleanUp);
    try {
      return remoteProbe({ ...transport, close }, () => performance.now() / 1000);
    } catch (error) {
      await transport.close();
      throw error;
    }
  } catch (error) {
    cleanUp();
    throw error;
  }
}
