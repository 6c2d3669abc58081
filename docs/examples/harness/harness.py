"""Puts a function of yours behind the protocol: python harness.py my_system.py, which defines answer(case, as_of) -> dict."""

import json
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

VERSION = 1


def load(path: str) -> Any:
    """Return the module that holds the function."""
    spec = spec_from_file_location("system", path)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def reply(message: dict[str, Any], system: Any) -> dict[str, Any] | None:
    """Return what is said to a message; nothing to stop."""
    if message["cmd"] == "start":
        return {"version": VERSION, "name": Path(sys.argv[1]).stem}
    if message["cmd"] == "stop":
        return None
    try:
        answers = system.answer(message["case"], message["as_of"])
    except NotImplementedError as error:  # raise it for what your system does not model
        return {"seq": message["seq"], "skipped": str(error)}
    except Exception as error:
        return {"seq": message["seq"], "errored": f"{type(error).__name__}: {error}"}
    return {"seq": message["seq"], "answers": answers}


if __name__ == "__main__":
    loaded = load(sys.argv[1])
    for line in sys.stdin:
        said = reply(json.loads(line), loaded)
        if said is None:
            break
        print(json.dumps(said), flush=True)
