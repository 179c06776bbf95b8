"""The embedded default: one ArcadeDB server a data directory, a child process that speaks Bolt on loopback.

`attach` joins the server of a directory and starts it when there is none; each attached process holds a
lock that the kernel drops when it ends, so the server knows when its last user is gone, also after a crash.
"""

from graph.embedded.supervisor import Attachment, Status, attach, gone, start, status, stop
from graph.embedded.swap import import_dump

__all__ = ["Attachment", "Status", "attach", "gone", "import_dump", "start", "status", "stop"]
