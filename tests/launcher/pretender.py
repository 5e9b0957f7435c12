"""Stands in for the interpreters of both runtimes: does in a moment what Rasa and the portal do.

Every call is recorded in ``calls.jsonl``. The environment says what goes wrong:
``PRETEND_FAIL`` is a part of a command that fails, ``PRETEND_SLOW`` of one that does not end,
``PRETEND_DIES`` a part that dies after its start, ``PRETEND_DOWN`` a check that never gets ready,
``PRETEND_DEAF`` a part without ear for SIGTERM.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path


class Readiness(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        down = os.environ.get("PRETEND_DOWN")
        checks = {name: "down" if name == down else "ok" for name in ("database", "rasa", "actions")}
        self.send_response(503 if down else 200)
        self.end_headers()
        self.wfile.write(json.dumps({"checks": checks}).encode())

    def log_message(self, *_arguments: object) -> None:
        pass


def main() -> int:
    arguments = sys.argv[1:]
    if arguments[0] != "-m":  # asked what it is, as any Python
        return subprocess.call([sys.executable, *arguments])
    command = " ".join(arguments[1:])
    with Path("calls.jsonl").open("a") as record:
        record.write(json.dumps({"arguments": arguments[1:], "environment": dict(os.environ)}) + "\n")
    print(f"pretending {command}", flush=True)
    if os.environ.get("PRETEND_FAIL", "\0") in command:
        print("this is why", flush=True)
        return 3
    if os.environ.get("PRETEND_SLOW", "\0") in command:
        Path("slow.pid").write_text(str(os.getpid()))
        time.sleep(120)
    if "--out" in arguments and "train" in arguments:
        Path("models").mkdir(exist_ok=True)
        Path("models/heza.tar.gz").write_text("model")
    if command.startswith("knowledge export-nlu"):
        Path(arguments[3]).write_text("{}")
    if command.startswith("evaluation.adopting"):
        return learn(Path(arguments[2]))
    for part, start in (("rasa", "rasa run"), ("portal", "portal"), ("actions", "actions")):
        if command == start or command.startswith(f"{start} -"):
            serve(part)
    return 0


def learn(accepted: Path) -> int:
    if not list(accepted.rglob("*.yml")):
        return 10
    with Path("data/nlu/vi/greet.yml").open("a") as examples:
        examples.write("learned\n")
    return 0


def serve(part: str) -> None:
    if os.environ.get("PRETEND_DEAF") == part:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    Path(f"{part}.pid").write_text(str(os.getpid()))
    if os.environ.get("PRETEND_DIES") == part:
        time.sleep(0.5)
        print(f"{part} cannot go on", flush=True)
        sys.exit(4)
    if part == "portal":
        server = HTTPServer(("127.0.0.1", int(os.environ["HEZA_PORT"])), Readiness)
        threading.Thread(target=server.serve_forever, daemon=True).start()
    time.sleep(120)


if __name__ == "__main__":
    sys.exit(main())
