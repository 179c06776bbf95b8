"""The command line: `ccg`. One module a command; errors in one shape, without a traceback."""

from __future__ import annotations

import errno
import sqlite3
import sys

import click

from access.errors import Denied
from ccg import (
    cliffs,
    demo,
    departures,
    doctor,
    feeds,
    graph_server,
    identity,
    key,
    ledger_file,
    log,
    mapping,
    quarantine,
    question,
    reform,
    rules,
    runs,
    sample,
    serve,
    trace,
)
from ccg.observe import log_to
from governance.problems import DocumentError
from graph.errors import GraphError
from graph.store import Neo4jError
from graph_loader.errors import LoadError
from ledger.database import LedgerError

DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="common-client-graph")
@click.option("--log", "log_file", envvar="CCG_LOG", help="Events as JSON lines: to a file, or to stderr (CCG_LOG).")
def cli(log_file: str | None) -> None:
    """Agency records in; households, benefit combinations and cliff paths out."""
    log_to(log_file)


for command in (
    sample.command, feeds.plan, feeds.load, question.command, trace.command, key.group, log.command, runs.group,
    quarantine.group, identity.group, mapping.group, rules.group, reform.command, reform.group, reform.bridge,
    cliffs.ladder, cliffs.path, cliffs.ways, departures.command, serve.command, graph_server.group,
    ledger_file.group, doctor.command, demo.command,
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
    except (Denied, DocumentError, GraphError, LedgerError, LoadError) as error:
        _end(str(error))
    except Neo4jError as error:  # its message may hold values
        _end(f"GRAPH_FAILED: the engine could not do it ({error.code}). Is the graph well? `ccg doctor` looks.")
    except sqlite3.OperationalError as error:
        _end(f"LEDGER_FAILED: the ledger could not be written ({error}). Look at the disk, then run the command again.")
    except OSError as error:
        if error.errno not in DISK:
            raise
        _end(f"DISK_FULL: nothing more can be written ({error.strerror}). Make room, then run the same command again.")


def _end(text: str) -> None:
    click.secho(text, err=True, fg="red" if sys.stderr.isatty() else None)
    sys.exit(1)


if __name__ == "__main__":
    main()
