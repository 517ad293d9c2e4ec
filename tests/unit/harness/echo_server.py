"""A server that repeats: each request is answered with all messages that came before it.

`say` has messages that are sent first; `fail` is refused; `exit` ends the process.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def write(message: Any) -> None:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    sys.stdout.buffer.write(b"Content-Length: %d\r\nContent-Type: x\r\n\r\n%b" % (len(body), body))
    sys.stdout.buffer.flush()


def read() -> Any:
    length = 0
    while (line := sys.stdin.buffer.readline()) != b"\r\n":
        if not line:
            sys.exit(2)
        length = int(line.split(b":")[1])
    return json.loads(sys.stdin.buffer.read(length))


seen = []
while (message := read()).get("method") != "exit":
    if message.get("method") == "fail":
        print("failing", file=sys.stderr, flush=True)
        write({"id": message["id"], "error": {"code": -32602, "message": "not like that"}})
    elif "id" in message and "method" in message:
        for said in (message["params"] or {}).get("say", []):
            write(said)
        write({"id": message["id"], "result": seen})
        seen = []
    else:
        seen.append(message)
