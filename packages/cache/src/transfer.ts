import { createWriteStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import type { OnProgress } from "@apr-kit/contracts";
import { Agent, type Dispatcher, EnvHttpProxyAgent, interceptors, request } from "undici";
import { errorCode } from "./fileTrouble.ts";

/** A fault of the network or the server. Passing ones are worth another try at the same address. */
export class TransferError extends Error {
  override readonly name = "TransferError";

  constructor(
    message: string,
    readonly isPassing: boolean,
    options: { readonly cause?: unknown } = {},
  ) {
    super(message, options);
  }
}

export interface Transfer {
  readonly url: string;
  /** Holds the first bytes already, or does not exist. */
  readonly part: string;
  readonly task: string;
  readonly size: number | undefined;
  readonly onProgress: OnProgress | undefined;
}

/**
 * Makes one attempt to complete `part` from one address, continuing where it ends.
 *
 * @throws {TransferError} if the network or the server fails; what has arrived stays in `part`
 * @throws a file system error as Node gives it
 */
export async function transfer({ url, part, task, size, onProgress }: Transfer): Promise<void> {
  const have = await sizeOf(part);
  if (size !== undefined && have === size) return;
  const response = await ask(url, have);
  if (response.statusCode === 416) {
    // Nothing follows what we have: it is either complete or of another file; the checksum tells.
    await response.body.dump();
    if (size === undefined || have < size) return;
    await rm(part, { force: true });
    throw new TransferError("the partial file was longer than the real one", true);
  }
  if (response.statusCode !== 200 && response.statusCode !== 206) {
    await response.body.dump();
    throw refusal(response.statusCode);
  }
  const isContinued = response.statusCode === 206 && startOf(response.headers) === have;
  if (response.statusCode === 206 && !isContinued) {
    await response.body.dump();
    await rm(part, { force: true });
    throw new TransferError("the server continued at the wrong place", true);
  }
  if (response.statusCode === 200) {
    const defect = wholeDefect(response.headers, url, size);
    if (defect !== undefined) {
      await response.body.dump();
      throw new TransferError(defect, false);
    }
  }
  await receive(response, { part, have: isContinued ? have : 0, task, size, onProgress });
}

async function ask(url: string, have: number): Promise<Dispatcher.ResponseData> {
  const headers = { "accept-encoding": "identity", ...(have > 0 && { range: `bytes=${have}-` }) };
  try {
    return await request(url, { dispatcher: dispatcher(), headers });
  } catch (error) {
    throw networkTrouble(error);
  }
}

async function receive(
  response: Dispatcher.ResponseData,
  { part, have, task, size, onProgress }: Omit<Transfer, "url"> & { readonly have: number },
): Promise<void> {
  const promised = Number(response.headers["content-length"] ?? Number.NaN);
  const total = size ?? (Number.isNaN(promised) ? undefined : have + promised);
  let done = have;
  async function* counted(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of response.body) {
        done += chunk.length;
        onProgress?.({ task, done, unit: "bytes", ...(total !== undefined && { total }) });
        yield chunk;
      }
    } catch (error) {
      throw networkTrouble(error);
    }
  }
  await pipeline(counted, createWriteStream(part, { flags: have > 0 ? "a" : "w" }));
  if (total !== undefined && done < total) {
    throw new TransferError(`connection ended at ${done} of ${total} bytes`, true);
  }
}

/** What the headers of a whole answer tell already, before it would spoil `part`. */
function wholeDefect(
  headers: Dispatcher.ResponseData["headers"],
  url: string,
  size: number | undefined,
): string | undefined {
  const isPage = /^text\/html\b/.test(String(headers["content-type"] ?? ""));
  if (isPage && !/\.html?$/.test(new URL(url).pathname)) return "the server sent a web page";
  const length = headers["content-length"];
  if (size === undefined || length === undefined || Number(length) === size) return undefined;
  return `wrong size, ${length} for ${size} bytes`;
}

function startOf(headers: Dispatcher.ResponseData["headers"]): number {
  const range = /^bytes (\d+)-/.exec(String(headers["content-range"] ?? ""));
  return range === null ? -1 : Number(range[1]);
}

function refusal(status: number): TransferError {
  const meaning: Readonly<Record<number, string>> = {
    401: "asks for a login",
    403: "access refused",
    404: "not found",
    410: "gone",
    429: "too many requests",
  };
  const isPassing = status >= 500 || status === 408 || status === 429;
  const text = meaning[status];
  return new TransferError(`HTTP ${status}${text === undefined ? "" : `, ${text}`}`, isPassing);
}

function networkTrouble(error: unknown): TransferError {
  const code = errorCode(error);
  const hopeless: Readonly<Record<string, string>> = {
    ENOTFOUND: "no network, or the name does not resolve",
    EAI_AGAIN: "no network, or the name does not resolve",
    ENETUNREACH: "no network",
    EHOSTUNREACH: "no network",
    UND_ERR_CONNECT_TIMEOUT: `no answer within ${CONNECT_MS / 1000} s`,
    ECONNREFUSED: "connection refused",
    ERR_INVALID_URL: "not a web address",
    UND_ERR_INVALID_ARG: "not a web address",
    CERT_HAS_EXPIRED: "its certificate has expired",
    DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is not trusted (set NODE_EXTRA_CA_CERTS)",
    SELF_SIGNED_CERT_IN_CHAIN: "its certificate is not trusted (set NODE_EXTRA_CA_CERTS)",
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is not trusted (set NODE_EXTRA_CA_CERTS)",
  };
  const known = hopeless[code];
  if (known !== undefined) return new TransferError(known, false, { cause: error });
  return new TransferError(`connection broke off (${code || error})`, true, { cause: error });
}

let shared: Dispatcher | undefined;

/** Includes TLS. Short, because behind a firewall that swallows packets the next source is waited for. */
const CONNECT_MS = 6_000;

/** One agent per process: gives up after 60 s of silence, follows redirects. */
function dispatcher(): Dispatcher {
  if (shared !== undefined) return shared;
  const options = { connect: { timeout: CONNECT_MS }, headersTimeout: 60_000, bodyTimeout: 60_000 };
  const { HTTP_PROXY, HTTPS_PROXY, http_proxy, https_proxy } = process.env;
  const hasProxy = HTTP_PROXY || HTTPS_PROXY || http_proxy || https_proxy;
  const agent = hasProxy ? new EnvHttpProxyAgent(options) : new Agent(options);
  shared = agent.compose(interceptors.redirect({ maxRedirections: 5 }));
  return shared;
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.size ?? 0;
}
