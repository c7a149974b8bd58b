import { SetupError } from "@apr-kit/contracts";

/** Says in one line why node-gyp failed, from what it printed. */
export function compileTrouble(output: string): SetupError {
  const isAtHeaders = /gyp ERR! configure error/.test(output);
  const headers = /gyp http GET (\S+)/.exec(output)?.[1];
  if (isAtHeaders && headers !== undefined) {
    const status = /(\d{3}) response downloading/.exec(output)?.[1];
    const reason = status === undefined ? "no network, or it broke off" : `HTTP ${status}`;
    return new SetupError(
      "buildAddon",
      `Node's headers could not be fetched (${headers}: ${reason})`,
      "install them by other means and set npm_config_nodedir to the folder above include/node",
    );
  }
  const lines = output.trimEnd().split("\n");
  const fromCompiler = lines.find((line) => /\berror\b[: ]/.test(line) && !line.startsWith("gyp"));
  const fromGyp = lines.find((line) => line.startsWith("gyp ERR! stack"));
  const reason = fromCompiler ?? fromGyp ?? lines.at(-1) ?? "";
  return new SetupError(
    "buildAddon",
    `compiling the addon failed (${reason.replace("gyp ERR! stack", "").trim()})`,
    "a C++17 compiler and Python 3.8 or newer are needed; report it with this line if you have them",
  );
}
