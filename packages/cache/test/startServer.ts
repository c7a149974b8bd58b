import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach } from "@jest/globals";

export interface TestServer {
  readonly url: string;
  /** The Range header of every request so far, "" where there was none. */
  readonly ranges: string[];
}

const open: (() => void)[] = [];

/** A web server on this machine that is closed after the test. `answer` is told how many requests came before. */
export async function startServer(
  answer: (request: IncomingMessage, response: ServerResponse, before: number) => void,
): Promise<TestServer> {
  const ranges: string[] = [];
  const server = createServer((request, response) => {
    ranges.push(request.headers.range ?? "");
    answer(request, response, ranges.length - 1);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/data.bin`, ranges };
}

afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** Answers as a good server does: the whole, or the part that Range asks for, at most `limit` bytes of it. */
export function serve(
  data: Buffer,
  request: IncomingMessage,
  response: ServerResponse,
  limit = data.length,
): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  if (start >= data.length) {
    response.writeHead(416).end();
    return;
  }
  const headers = { "content-length": data.length - start };
  const range = { "content-range": `bytes ${start}-${data.length - 1}/${data.length}` };
  if (start > 0) response.writeHead(206, { ...headers, ...range });
  else response.writeHead(200, headers);
  if (start + limit >= data.length) response.end(data.subarray(start));
  else response.write(data.subarray(start, start + limit), () => response.destroy());
}
