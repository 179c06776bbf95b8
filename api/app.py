"""The HTTP application: `POST /graphql`, health and readiness, and the console."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from graphql import GraphQLError
from pydantic import BaseModel

from access.counter import Counter
from access.errors import Denied
from api import limits
from api.schema import schema

STATIC = Path(__file__).with_name("static")
MOST_BYTES = 64 * 1024
SECONDS = 30.0
STATUS = {"KEY_REFUSED": 401, "PURPOSE_MISSING": 400, "BAD_REQUEST": 400, "NOT_FOUND": 404, "GRAPH_EMPTY": 503}
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'"
log = logging.getLogger("ccg.api")


class Question(BaseModel):
    """A GraphQL request."""

    query: str
    variables: dict[str, Any] | None = None
    operationName: str | None = None  # noqa: N815  the protocol's own name


def create_app(counter: Counter) -> FastAPI:
    """The application over an open counter."""
    app = FastAPI(title="Common Client Graph", docs_url=None, redoc_url=None, openapi_url=None)

    @app.post("/graphql")
    async def graphql(question: Question, request: Request) -> Response:
        if int(request.headers.get("content-length") or 0) > MOST_BYTES:
            return _refusal(Denied("BAD_REQUEST", f"more than {MOST_BYTES} bytes", "Ask in parts."), 413)
        authorization = request.headers.get("authorization") or ""
        secret = authorization.removeprefix("Bearer ") or None
        purpose = request.headers.get("x-ccg-purpose")
        work = run_in_threadpool(_answer, counter, question, secret, purpose)
        try:
            return await asyncio.wait_for(work, SECONDS)
        except TimeoutError:
            return _refusal(Denied("TIMEOUT", f"no answer within {SECONDS:.0f} s", "Ask for less at once."), 504)

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/ready")
    async def ready() -> Response:
        try:
            engine = await run_in_threadpool(lambda: counter.store.read("RETURN 1 AS one"))
        except Exception:
            return JSONResponse({"status": "the graph does not answer"}, 503)
        return JSONResponse({"status": "ready" if engine else "empty"})

    @app.get("/")
    async def console() -> Response:
        return FileResponse(STATIC / "console.html")

    @app.middleware("http")
    async def headers(request: Request, call_next: Any) -> Response:
        response: Response = await call_next(request)
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response

    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app


def _answer(counter: Counter, question: Question, secret: str | None, purpose: str | None) -> Response:
    """Ask at the counter; every error has one shape."""
    try:
        visit = counter.visit(secret, purpose)
        limits.check(question.query, question.variables or {})
    except Denied as denied:
        return _refusal(denied, STATUS.get(denied.code, 403))
    except GraphQLError as error:
        return _refusal(Denied("BAD_REQUEST", error.message, "Mend the query."), 400)
    except Exception as error:
        return _refusal(_unforeseen(error), 503)
    result = schema.execute_sync(
        question.query,
        variable_values=question.variables,
        context_value=visit,
        operation_name=question.operationName,
    )
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body["errors"] = [_shaped(error) for error in result.errors]
    return JSONResponse(body)


def _shaped(error: GraphQLError) -> dict[str, Any]:
    """One shape: message, path, code, fix; what we did not foresee is logged under an id and not told."""
    original = error.original_error
    path = list(error.path) if error.path else []
    if isinstance(original, Denied):
        return _error(original, path)
    if original is None:
        return _error(Denied("BAD_REQUEST", error.message, "Mend the query."), path)
    return _error(_unforeseen(original), path)


def _unforeseen(error: Exception) -> Denied:
    reference = uuid.uuid4().hex[:8]
    log.error("answer %s failed: %s", reference, type(error).__name__)
    return Denied("FAILED", f"this could not be answered ({reference})", "Report the number.")


def _error(denied: Denied, path: list[str | int]) -> dict[str, Any]:
    extensions: Mapping[str, str] = {"code": denied.code, "fix": denied.fix}
    return {"message": denied.reason, "path": path, "extensions": extensions}


def _refusal(denied: Denied, status: int) -> Response:
    return JSONResponse({"data": None, "errors": [_error(denied, [])]}, status)
