import { expect, test } from "@jest/globals";
import { compileTrouble } from "./compileTrouble.ts";

const URL = "https://nodejs.org/download/release/v20.20.2/node-v20.20.2-headers.tar.gz";
const HEADERS_REMEDY =
  "install them by other means and set npm_config_nodedir to the folder above include/node";

test("without a network it is Node's headers that are missing", () => {
  const output = `gyp info using node-gyp@12.4.0
gyp http GET ${URL}
gyp WARN install got an error, rolling back install
gyp ERR! configure error
gyp ERR! stack Error: This is most likely not a problem with node-gyp or the package itself and
gyp ERR! stack is related to network connectivity.
gyp ERR! not ok
`;
  expect(compileTrouble(output).message).toBe(
    `buildAddon: Node's headers could not be fetched (${URL}: no network, or it broke off); ${HEADERS_REMEDY}`,
  );
});

test("a server that refuses the headers is told by its status", () => {
  const output = `gyp http GET ${URL}
gyp http 404 ${URL}
gyp ERR! configure error
gyp ERR! stack Error: 404 response downloading ${URL}
`;
  expect(compileTrouble(output).message).toContain(`(${URL}: HTTP 404); ${HEADERS_REMEDY}`);
});

test("the compiler's first error is the reason when it compiles, though headers were fetched before", () => {
  const output = `gyp http GET ${URL}
gyp http 200 ${URL}
  CXX(target) Release/obj.target/tensorflow/src/addon.o
../src/addon.cc:7:10: fatal error: tensorflow/c/c_api.h: No such file or directory
compilation terminated.
make: *** [tensorflow.target.mk:120: addon.o] Error 1
gyp ERR! build error
gyp ERR! stack Error: \`make\` failed with exit code: 2
`;
  expect(compileTrouble(output).message).toContain(
    "compiling the addon failed (../src/addon.cc:7:10: fatal error: tensorflow/c/c_api.h: No such file or directory);",
  );
});

test("without a compiler's line node-gyp's own reason is told", () => {
  const output = `gyp ERR! find Python
gyp ERR! configure error
gyp ERR! stack Error: Could not find any Python installation to use
gyp ERR! stack     at fail
`;
  expect(compileTrouble(output).message).toContain(
    "compiling the addon failed (Error: Could not find any Python installation to use);",
  );
});
