"""`ccg serve`: the API over HTTP."""

from __future__ import annotations

from pathlib import Path

import click
import uvicorn

from api.app import create_app
from ccg import options
from ccg.opening import counter


@click.command("serve")
@options.data
@click.option("--host", default="127.0.0.1", show_default=True, envvar="CCG_HOST", help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, envvar="CCG_PORT", help="Port to listen on.")
def command(data: Path, host: str, port: int) -> None:
    """Serve GraphQL (`/graphql`), health (`/health`, `/ready`) and the console (`/`)."""
    with counter(data) as opened:
        uvicorn.run(create_app(opened), host=host, port=port, log_level="warning", access_log=False)
