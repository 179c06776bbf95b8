"""The one door for notebooks.

`import ccg; ccg.connect(key, purpose).query("bundle_prevalence", month="2026-10-01").to_pandas()`
"""

from ccg.notebook import Answer, Connection, connect

__all__ = ["Answer", "Connection", "connect"]
