"""A service that decides cases: a case comes in as JSON, its decision record goes out, and what is wrong is told as 422.

    pip install 'cspr-rules[service]'
    CSPR_PROFILE=bcp uvicorn service:app

It is described at /openapi.json. It keeps nothing, logs no facts, and has no users: put it behind what your council uses for that.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cspr_rules import CaseError, CsprRulesError, Fault, case_from, evaluate, load_ruleset, read_bytes
from cspr_rules.interchange.openapi import openapi

RULES = load_ruleset(os.environ.get("CSPR_PROFILE", "england"))  # whose rules these are is for the service to say, and not for a request
DESCRIPTION = openapi(RULES)
MOST_BYTES = 1_000_000


def decided(body: bytes, detail: str) -> str:
    """Return the record of a case, as JSON."""
    if detail not in ("slim", "full"):
        raise CaseError([Fault("detail", "expected slim or full")])
    file = case_from(read_bytes(body, "case.json"))
    if file.profile not in (None, RULES.profile.id):
        raise CaseError([Fault("profile", f"this service decides by the rules of {RULES.profile.id}; leave the profile out")])
    if file.as_of is None:
        raise CaseError([Fault("as_of", "say from which day to look, as YYYY-MM-DD")])
    return evaluate(RULES, file.case, as_of=file.as_of).to_json("slim" if detail == "slim" else "full")


def refused(faults: Iterable[Fault]) -> JSONResponse:
    """Answer with what is wrong, where, and what was expected."""
    return JSONResponse({"faults": [{"place": each.place, "message": each.message, "path": each.path} for each in faults]}, 422)


async def decide(request: Request) -> Response:
    """Answer with the decision record of a case."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            return refused([Fault("", f"the case is larger than {MOST_BYTES // 1_000} kB")])
    try:
        record = await run_in_threadpool(decided, body, request.query_params.get("detail", "slim"))
    except CsprRulesError as error:
        return refused(error.faults)
    return Response(record, media_type="application/json")


async def described(_: Request) -> Any:
    """Answer with the description of this service."""
    return JSONResponse(DESCRIPTION)


app = Starlette(routes=[Route("/decisions", decide, methods=["POST"]), Route("/openapi.json", described)])
