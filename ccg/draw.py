"""Drawing a picture's description: as SVG, as PNG, and as text for a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, log10
from pathlib import Path
from typing import Any

import plotext
import vl_convert

from queries.pictures import Picture

SCALE = 2
"""Pixels of a PNG for each of the picture's own."""
WIDTH, HEIGHT, YEAR_MONTHS = 78, 18, 12
TICKS, LEVELS = 6, 5
MARKS = (("braille", "⠒"), ("·", "·"))
"""What a line is drawn with, and how that looks: the first one, and the one that it is compared with."""


def svg(picture: Picture) -> str:
    return str(vl_convert.vegalite_to_svg(picture))


def write(picture: Picture, file: Path, kind: str) -> None:
    """Write a picture as `svg`, as `png`, or as it is described (`vega`)."""
    if kind == "vega":
        file.write_text(json.dumps(picture, indent=1), encoding="utf-8")
    elif kind == "svg":
        file.write_text(svg(picture), encoding="utf-8")
    else:
        file.write_bytes(vl_convert.vegalite_to_png(picture, scale=SCALE))


def text(picture: Picture, *, colour: bool, width: int = WIDTH, height: int = HEIGHT) -> str:
    """The lines of a picture in characters, of its upper part where it has two."""
    top = picture["vconcat"][0] if "vconcat" in picture else picture
    plotext.clear_figure()
    plotext.theme("clear")
    lines = list(_lines(top))
    for (mark, _), line in reversed(list(zip(MARKS, lines, strict=False))):
        plotext.plot(line.xs, line.ys, marker=mark)
    if months := dict(sorted((at, said) for line in lines for at, said in line.months.items())):
        shown = list(months.items())[:: max(1, -(-len(months) // TICKS))]
        plotext.xticks(*map(list, zip(*shown, strict=True)))
    else:
        plotext.xticks(*_levels([x for line in lines for x in line.xs]))
    plotext.yticks(*_levels([y for line in lines for y in line.ys]))
    title = picture["title"]
    plotext.title(title if isinstance(title, str) else title["text"])
    plotext.plotsize(width, height)
    drawn = plotext.build()
    named = [f"{look} {line.name}" for (_, look), line in zip(MARKS, lines, strict=False) if line.name]
    return (drawn if colour else str(plotext.uncolorize(drawn))) + "".join(f"      {one}" for one in named)


@dataclass(frozen=True)
class _Line:
    """A line of a part: its name, its points, and what its months are called."""

    name: str | None
    xs: list[float]
    ys: list[float]
    months: dict[float, str]


def _levels(values: list[float]) -> tuple[list[float], list[str]]:
    """Round figures along some values, in dollars, and how they are written."""
    low, high = min(values), max(values)
    rough = max(high - low, 1.0) / LEVELS
    unit = 10.0 ** floor(log10(rough))
    step = next(unit * times for times in (1, 2, 5, 10) if unit * times >= rough)
    ticks = [step * number for number in range(ceil(low / step), floor(high / step) + 1)]
    return ticks, [f"${tick:,.0f}" for tick in ticks]


def _lines(part: Picture) -> Iterator[_Line]:
    """Each line of a part."""
    for layer in part["layer"]:
        mark = layer["mark"]
        if mark["type"] != "line":
            continue
        ways = layer["encoding"]
        x, y, hue = ways["x"], ways["y"], ways.get("color", {})
        groups = hue.get("scale", {}).get("domain", [None])
        for group in groups:
            rows = [row for row in layer["data"]["values"] if group is None or row[hue["field"]] == group]
            places = [_place(row[x["field"]]) for row in rows]
            xs = [at for at, _ in places]
            ys = [row[y["field"]] for row in rows]
            months = {at: label for at, label in places if label}
            if mark.get("interpolate") == "step-after":
                xs, ys = _steps(xs, ys)
            yield _Line(group, xs, ys, months)


def _place(value: Any) -> tuple[float, str | None]:
    if isinstance(value, str):
        day = date.fromisoformat(value)
        return day.year * YEAR_MONTHS + day.month - 1, f"{day:%b %y}"
    return float(value), None


def _steps(xs: list[float], ys: list[float]) -> tuple[list[float], list[float]]:
    return [x for at in xs for x in (at, at + 1)], [y for level in ys for y in (level, level)]
