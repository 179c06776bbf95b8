"""Pictures of ladders and paths, described once in Vega-Lite 5: whoever shows them draws this.

A description holds its own data, in dollars and months, and no more than the answer itself tells.
"""

from __future__ import annotations

import json
from calendar import month_name
from collections.abc import Mapping, Sequence
from typing import Any

from benefits.path import Path
from queries.outlook import Outlook

Picture = dict[str, Any]
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
WIDTH, HEIGHT, LOW = 640, 300, 160
WITH, WITHOUT, FALL, NOW = "#2a6f97", "#8d99ae", "#c8553d", "#6b7280"
PROGRAM_HUES = (
    "#2a6f97", "#e9a23b", "#5b8e7d", "#c8553d", "#8e6c8a", "#4f9d9d", "#b5a642", "#7a8bb8", "#a3623a", "#6b7280",
)  # fmt: skip
"""Of programs, in the order in which they stand in an answer; they are told apart by people who see few colours too."""
LABELS = {
    "ladder": "What is left a month, by earnings", "earnings": "earnings a month ($)", "net": "left a month ($)",
    "now": "now", "path": "What is left, month by month", "month": "month", "with": "with the change",
    "without": "without it", "parts": "what programs and taxes come to ($)", "program": "program",
}  # fmt: skip
"""What is written in a picture, in English."""
PROGRAMS = {
    "CCFA": "child care", "HOUSING": "share of rent", "RENT": "rent", "MASSHEALTH": "MassHealth premium",
    "CONNECTORCARE": "ConnectorCare premium", "FEDERAL_CREDITS": "federal credits", "STATE_CREDITS": "state credits",
    "TAXES": "taxes", "STIPEND": "work stipend", "UI": "unemployment",
}  # fmt: skip
"""What parts are called, where not by their codes."""
MONTHS = tuple(month_name)[1:]


def of_ladder(outlook: Outlook, labels: Mapping[str, str] = LABELS) -> Picture:
    """Net resources against earnings, with a band where they are bounded, each cliff, and what is earned now.

    Raises `ValueError` where there is no ladder.
    """
    ladder = outlook.ladder
    if ladder is None:
        raise ValueError(f"there is no ladder to draw: {outlook.reason}")
    low, high, earned = ladder.net_low_cents, ladder.net_high_cents, ladder.earnings_cents
    points = [
        {"earned": _dollars(earned[i]), "low": _dollars(low[i]), "high": _dollars(high[i])} for i in ladder.outline()
    ]
    at = {int(cents): place for place, cents in enumerate(earned.tolist())}
    falls = [
        {
            "earned": _dollars(cliff.peak_cents), "to": _dollars(cliff.trough_cents),
            "low": _dollars(low[at[cliff.peak_cents]]), "trough": _dollars(low[at[cliff.trough_cents]]),
            "label": f"−${cliff.loss_low_cents / 100:,.0f}",
        }
        for cliff in ladder.cliffs
    ]  # fmt: skip
    x = {"field": "earned", "type": "quantitative", "title": labels["earnings"], "axis": {"format": ",.0f"},
         "scale": {"nice": False}}  # fmt: skip
    y = {"field": "low", "type": "quantitative", "title": labels["net"], "axis": {"format": ",.0f"}}
    layers: list[Picture] = [
        {"data": {"values": points}, "mark": {"type": "line", "color": WITH, "strokeWidth": 2},
         "encoding": {"x": x, "y": y}},
        {"data": {"values": [{"earned": _dollars(ladder.now_cents), "label": labels["now"]}]},
         "mark": {"type": "rule", "strokeDash": [4, 4], "color": NOW}, "encoding": {"x": x}},
        {"data": {"values": [{"earned": _dollars(ladder.now_cents), "label": labels["now"]}]},
         "mark": {"type": "text", "align": "left", "dx": 4, "y": 8, "color": NOW},
         "encoding": {"x": x, "text": {"field": "label"}}},
        {"data": {"values": falls}, "mark": {"type": "rule", "color": FALL, "strokeWidth": 3},
         "encoding": {"x": x, "x2": {"field": "to"}, "y": y, "y2": {"field": "trough"}}},
        {"data": {"values": falls}, "mark": {"type": "text", "color": FALL, "align": "left", "dx": 5, "dy": -8},
         "encoding": {"x": x, "y": y, "text": {"field": "label"}}},
    ]  # fmt: skip
    if (low < high).any():
        band = {"x": x, "y": y, "y2": {"field": "high"}}
        layers.insert(0, {"data": {"values": points}, "mark": {"type": "area", "color": WITH, "opacity": 0.2},
                          "encoding": band})  # fmt: skip
    return _picture(labels["ladder"], outlook.by, {"width": WIDTH, "height": HEIGHT, "layer": layers})


def of_path(
    outlook: Outlook, labels: Mapping[str, str] = LABELS, names: Mapping[str, str] = PROGRAMS,
    months: Sequence[str] = MONTHS, width: int = WIDTH,
) -> Picture:  # fmt: skip
    """Net resources by month with the change and without it, and below what each program comes to with it.

    `names`: what programs are called, where not by their codes; `months`: what months are, of which three letters are
    written. Raises `ValueError` where there is no path.
    """
    path = outlook.path
    if path is None:
        raise ValueError(f"there is no path to draw: {outlook.reason}")
    values: list[dict[str, Any]] = [
        {"month": f"{step.month:%Y-%m-%d}", "low": _dollars(net[0]), "high": _dollars(net[1]), "story": labels[story]}
        for step in path.steps
        for story, net in (("without", step.baseline_net_cents), ("with", step.net_cents))
    ]
    written = f"{json.dumps([name[:3] for name in months])}[utcmonth(datum.value)] + utcFormat(datum.value, ' %y')"
    x = {"field": "month", "type": "temporal", "timeUnit": "utcyearmonth", "title": None, "scale": {"type": "utc"},
         "axis": {"labelExpr": written}}  # fmt: skip
    y = {"field": "low", "type": "quantitative", "title": labels["net"], "axis": {"format": ",.0f"},
         "scale": {"zero": False}}  # fmt: skip
    hue = {"field": "story", "type": "nominal", "title": None, "legend": {"orient": "top", "symbolOpacity": 1},
           "scale": {"domain": [labels["with"], labels["without"]], "range": [WITH, WITHOUT]}}  # fmt: skip
    lines: list[Picture] = [
        {"data": {"values": values}, "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 2},
         "encoding": {"x": x, "y": y, "color": hue}},
    ]  # fmt: skip
    if any(one["low"] < one["high"] for one in values):
        lines.insert(0, {"data": {"values": values},
                         "mark": {"type": "area", "interpolate": "step-after", "opacity": 0.2},
                         "encoding": {"x": x, "y": y, "y2": {"field": "high"}, "color": hue}})  # fmt: skip
    shown = programs_of(path)
    called = {name: names.get(name, name) for name in shown}
    parts = [
        {"month": f"{step.month:%Y-%m-%d}", "program": called[name], "amount": _dollars(step.parts[name][0])}
        for step in path.steps
        for name in shown
        if name in step.parts
    ]
    bars = {
        "data": {"values": parts}, "width": width, "height": LOW, "mark": "bar",
        "encoding": {
            "x": x, "y": {"field": "amount", "type": "quantitative", "title": labels["parts"], "aggregate": "sum",
                          "axis": {"format": ",.0f"}},
            "color": {"field": "program", "type": "nominal", "title": None,
                      "legend": {"orient": "bottom", "columns": max(width // 160, 1)},
                      "scale": {"domain": list(called.values()), "range": list(PROGRAM_HUES[: len(called)])}},
        },
    }  # fmt: skip
    top = {"width": width, "height": HEIGHT, "layer": lines}
    return _picture(
        labels["path"], outlook.by, {"vconcat": [top, bars], "resolve": {"scale": {"color": "independent"}}}
    )


def programs_of(path: Path) -> list[str]:
    """Programs that come to something in some month of a path, with the change or without."""
    names = list(dict.fromkeys(name for step in path.steps for name in step.parts))
    return [
        name for name in names
        if any(any(step.parts.get(name, (0,))) or any(step.baseline_parts.get(name, (0,))) for step in path.steps)
    ]  # fmt: skip


def _picture(title: str, by: str, rest: Picture) -> Picture:
    """`by`: by what other rules than the published ones."""
    font = {"font": "Liberation Sans, Arial, sans-serif", "background": "white"}
    said = {"text": title, "subtitle": f"by {by}"} if by else title
    return {"$schema": SCHEMA, "title": said, "config": font, **rest}


def _dollars(cents: Any) -> float:
    return round(int(cents) / 100, 2)
