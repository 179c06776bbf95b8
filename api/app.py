"""The HTTP application: `POST /graphql`, health, readiness, metrics, and the console."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from graphql import GraphQLError
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from access.counter import Counter, Visit
from access.errors import Denied, bad_request, too_slow
from api import limits
from api.metrics import Metrics
from api.schema import schema

STATIC = Path(__file__).with_name("static")
MOST_BYTES = 64 * 1024
SECONDS = 30.0
STATUS = {
    "KEY_REFUSED": 401, "PURPOSE_MISSING": 400, "BAD_REQUEST": 400, "NOT_FOUND": 404, "GRAPH_EMPTY": 503,
    "NO_AGREEMENT": 503,
}  # fmt: skip
TOO_LARGE = bad_request(f"more than {MOST_BYTES} bytes", "Ask in parts.")
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'"
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
)
log = logging.getLogger("ccg.api")


class Question(BaseModel):
    """A GraphQL request."""

    query: str
    variables: dict[str, Any] | None = None
    operationName: str | None = None  # noqa: N815  the protocol's own name


def create_app(counter: Counter, seconds: float = SECONDS) -> FastAPI:
    """The application over an open counter; an answer takes at most `seconds`."""
    metrics = Metrics()
    app = FastAPI(title="Common Client Graph", docs_url=None, redoc_url=None, openapi_url=None)

    @app.post("/graphql")
    async def graphql(request: Request) -> Response:
        try:
            question = await _question(request)
        except Denied as denied:
            return _refusal(denied, 413 if denied is TOO_LARGE else 400)
        authorization = request.headers.get("authorization") or ""
        secret = authorization.removeprefix("Bearer ") or None
        purpose = request.headers.get("x-ccg-purpose")
        work = run_in_threadpool(_answer, counter, question, secret, purpose, seconds)
        began = time.monotonic()
        try:
            response = await asyncio.wait_for(work, seconds)
        except TimeoutError:
            response = _refusal(too_slow(), 504)
        spent = time.monotonic() - began
        metrics.answered(response.status_code, spent)
        log.info("answer", extra={"fields": {"status": response.status_code, "seconds": round(spent, 4)}})
        return response

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/ready")
    async def ready() -> Response:
        try:
            newest = await run_in_threadpool(counter.newest)
        except Exception:
            return JSONResponse({"status": "the graph does not answer"}, 503)
        return JSONResponse({"status": "ready" if newest else "empty"})

    @app.get("/metrics")
    async def figures() -> Response:
        return await run_in_threadpool(metrics.page, counter.newest)

    @app.get("/")
    async def console() -> Response:
        return FileResponse(STATIC / "console.html")

    @app.exception_handler(HTTPException)
    async def other(request: Request, error: HTTPException) -> Response:
        code = {404: "NO_SUCH_PAGE", 405: "METHOD_NOT_ALLOWED"}.get(error.status_code, "BAD_REQUEST")
        denied = Denied(code, str(error.detail).lower(), "Questions go to POST /graphql; the console is at /.")
        return _refusal(denied, error.status_code)

    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_middleware(_Headers)
    return app


class _Headers:
    """Every answer says what a browser may do with it, and that nobody keeps it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *HEADERS]
            await send(message)

        await self._app(scope, receive, with_headers)


async def _question(request: Request) -> Question:
    """The request's body, of which no more is read than may be sent. Raises `Denied`."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise TOO_LARGE
    try:
        return Question.model_validate_json(bytes(body))
    except ValidationError as error:
        where = ", ".join(sorted({".".join(map(str, each["loc"])) or "body" for each in error.errors()}))
        raise bad_request(
            f"the body is no GraphQL request: {where}", 'Send JSON like {"query": "{ programs { id } }"}.'
        ) from None


def _answer(
    counter: Counter, question: Question, secret: str | None, purpose: str | None, seconds: float = SECONDS
) -> Response:
    """Ask at the counter; every error has one shape."""
    try:
        with counter.visit(secret, purpose, seconds) as visit:
            return _executed(visit, question)
    except Denied as denied:
        return _refusal(denied, STATUS.get(denied.code, 403))
    except Exception as error:
        return _refusal(_unforeseen(error), 503)


def _executed(visit: Visit, question: Question) -> Response:
    try:
        limits.check(question.query, question.variables or {})
    except GraphQLError as error:
        denied = bad_request(error.message, "Mend the query.")
        visit.refused("graphql", denied)
        return _refusal(denied, 400)
    except Denied as denied:
        visit.refused("graphql", denied)
        raise
    result = schema.execute_sync(
        question.query,
        variable_values=question.variables,
        context_value=visit,
        operation_name=question.operationName,
    )
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body["errors"] = [_shaped(error) for error in result.errors]
        if result.data is None and all(error.original_error is None for error in result.errors):
            visit.refused("graphql", bad_request(result.errors[0].message))
    return JSONResponse(body)


def _shaped(error: GraphQLError) -> dict[str, Any]:
    """One shape: message, path, code, fix; what we did not foresee is logged under an id and not told."""
    original = error.original_error
    path = list(error.path) if error.path else []
    if isinstance(original, Denied):
        return _error(original, path)
    if original is None:
        return _error(bad_request(error.message, "Mend the query."), path)
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
