"""What an editor shows of a YAML file: the real yaml-language-server, asked over its protocol for faults and for what can be written at a place.

It is a package of Node (``npm install yaml-language-server``) and no part of the suite: ``python -m tests.support.editor SERVER`` tries the places
of :mod:`tests.support.editor_places` and prints a table.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Final

_SETTINGS: Final = {"validate": True, "completion": True, "hover": True, "schemaStore": {"enable": False}}
_SECONDS: Final = 60


class Editor:
    """A language server with a folder open. Files find their schemas by their modelines alone.

    Args:
        server: The program, ``node_modules/.bin/yaml-language-server``.
        folder: The folder.
    """

    def __init__(self, server: Path, folder: Path) -> None:
        self.process = subprocess.Popen([str(server), "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder)  # noqa: S603 -- named by whoever runs this
        self.number = 0
        self.faults: dict[str, queue.Queue[list[dict[str, Any]]]] = {}
        self.answers: queue.Queue[dict[str, Any]] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        capabilities = {
            "textDocument": {
                "completion": {"completionItem": {"snippetSupport": False, "documentationFormat": ["plaintext"]}},
                "publishDiagnostics": {},
            },
            "workspace": {"configuration": True},
        }
        root = folder.as_uri()
        opened = [{"uri": root, "name": folder.name}]
        self.ask("initialize", processId=os.getpid(), rootUri=root, capabilities=capabilities, workspaceFolders=opened)
        self.tell("initialized")
        self.tell("workspace/didChangeConfiguration", settings={"yaml": _SETTINGS})

    def __enter__(self) -> Editor:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.process.kill()
        self.process.wait()

    def _read(self) -> None:
        out = self.process.stdout
        assert out
        while head := out.readline():
            length = int(head.split(b":")[1]) if head.lower().startswith(b"content-length") else None
            while head.strip():
                head = out.readline()
                if head.lower().startswith(b"content-length"):
                    length = int(head.split(b":")[1])
            if length is None:
                continue
            said = json.loads(out.read(length))
            if said.get("method") == "textDocument/publishDiagnostics":
                self._of(said["params"]["uri"]).put(said["params"]["diagnostics"])
            elif said.get("method") == "workspace/configuration":
                wanted = [{"yaml": _SETTINGS}.get(each.get("section")) for each in said["params"]["items"]]
                self._send({"jsonrpc": "2.0", "id": said["id"], "result": wanted})
            elif "method" in said and "id" in said:
                self._send({"jsonrpc": "2.0", "id": said["id"], "result": None})
            elif "id" in said:
                self.answers.put(said)

    def _of(self, uri: str) -> queue.Queue[list[dict[str, Any]]]:
        return self.faults.setdefault(uri, queue.Queue())

    def _send(self, message: dict[str, Any]) -> None:
        text = json.dumps(message).encode()
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(text), text))
        self.process.stdin.flush()

    def tell(self, method: str, **params: Any) -> None:
        """Send what is not answered."""
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method: str, **params: Any) -> Any:
        """Return what the server answers."""
        self.number += 1
        self._send({"jsonrpc": "2.0", "id": self.number, "method": method, "params": params})
        while (said := self.answers.get(timeout=_SECONDS))["id"] != self.number:
            pass
        if "error" in said:
            raise RuntimeError(said["error"]["message"])
        return said["result"]

    def open(self, file: Path, text: str) -> list[dict[str, Any]]:
        """Open a file with some text, and return the faults that are shown of it."""
        uri = file.as_uri()
        known = self._of(uri)
        self.tell("textDocument/didOpen", textDocument={"uri": uri, "languageId": "yaml", "version": 1, "text": text})
        return known.get(timeout=_SECONDS)

    def offered(self, file: Path, line: int, column: int) -> dict[str, str]:
        """Return what can be written at a place of an open file, from 0, each with what is said of it."""
        found = self.ask("textDocument/completion", textDocument={"uri": file.as_uri()}, position={"line": line, "character": column})
        items = found["items"] if isinstance(found, dict) else found or []
        return {each["label"]: _words(each.get("documentation")) for each in items}

    def hover(self, file: Path, line: int, column: int) -> str:
        """Return what is said of a place of an open file."""
        found = self.ask("textDocument/hover", textDocument={"uri": file.as_uri()}, position={"line": line, "character": column})
        return _words(found["contents"]) if found else ""

    def close(self, file: Path) -> None:
        """Close a file."""
        self.tell("textDocument/didClose", textDocument={"uri": file.as_uri()})


def _words(said: Any) -> str:
    return str(said.get("value", "")) if isinstance(said, dict) else str(said or "")
