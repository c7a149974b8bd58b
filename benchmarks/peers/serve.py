"""What every peer does: answer candidates by name, one line of JSON each, until standard input ends."""

import json
import sys
import time


def serve(peer, candidate):
    """Prints {"peer": ...}; then each line of standard input names a candidate and is answered by {"ms", "cpuMs", ...}.

    candidate(name) returns a function that does the work once; a dictionary that it returns joins the answer. It is
    made on first use, outside the clocks.
    """
    candidates = {}
    print(json.dumps({"peer": peer}), flush=True)
    for line in sys.stdin:
        name = line.rstrip("\n")
        if name not in candidates:
            candidates[name] = candidate(name)
        wall, cpu = time.perf_counter(), time.process_time()
        result = candidates[name]()
        answer = {"ms": 1e3 * (time.perf_counter() - wall), "cpuMs": 1e3 * (time.process_time() - cpu)}
        print(json.dumps(answer | (result if isinstance(result, dict) else {})), flush=True)
