"""The shipped example state: Massachusetts, as far as public sources tell."""

from importlib.resources import files


def text(name: str) -> str:
    """One of the example files: `massachusetts_roster.yaml`, `massachusetts_agreement.yaml`."""
    return files(__name__).joinpath(name).read_text()
