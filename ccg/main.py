"""The command line: `ccg`. One module a command; errors in one shape, without a traceback."""

from __future__ import annotations

import sys

import click

from access.errors import Denied
from ccg import demo, doctor, feeds, graph_server, key, log, question, runs, sample, serve
from governance.problems import DocumentError
from graph.errors import GraphError
from graph_loader.errors import LoadError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="common-client-graph")
def cli() -> None:
    """Agency records in; households, benefit combinations and cliff paths out."""


for command in (
    sample.command, feeds.plan, feeds.load, question.command, key.group, log.command, runs.group,
    serve.command, graph_server.group, doctor.command, demo.command,
):  # fmt: skip
    cli.add_command(command)


def main() -> None:
    """Run, and end with code 1 and a clear line where something is wrong."""
    try:
        cli(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    except (Denied, DocumentError, GraphError, LoadError) as error:
        click.secho(str(error), err=True, fg="red" if sys.stderr.isatty() else None)
        sys.exit(1)


if __name__ == "__main__":
    main()
