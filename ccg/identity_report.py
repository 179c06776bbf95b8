"""The report of a linkage model as one page without scripts, that opens anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import numpy as np

from graph_loader.identity.limits import LEAST
from graph_loader.identity.model import COMPARISONS
from graph_loader.identity.report import Bin, Report, Step

WIDTH, HEIGHT = 720, 160
STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; --with: #2a6f97; --without: #c8553d }
@media (prefers-color-scheme: dark) { :root { --with: #74b3d8; --without: #f0927a } }
body { margin: 0 auto; max-width: 60rem; padding: 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2rem }
svg { height: auto; width: 100% } svg text { fill: currentColor; font-size: 11px }
div.wide { overflow-x: auto }
table { border-collapse: collapse; font-size: .9rem; width: 100% }
th, td { border-bottom: 1px solid color-mix(in srgb, currentColor 15%, transparent); padding: .2rem .5rem }
th { text-align: left } td.n { font-variant-numeric: tabular-nums; text-align: right }
td.bar { min-width: 9rem; padding: 0; position: relative }
td.bar i { background: var(--with); bottom: 20%; position: absolute; top: 20% }
td.bar i.minus { background: var(--without) }
"""


def page(report: Report) -> str:
    """The whole page."""
    model = report.model
    of = f" (as of {model.prevalence_of})" if model.prevalence_of else ""
    share = report.unlinkable / max(report.descriptions, 1)
    people = sum(one.count for one in report.people)
    parts = [
        f"<h1>Who is who: model {model.id}</h1>",
        f"<p>Trained {escape(model.trained_on)} on {escape(model.of)}. Of two descriptions, one in "
        f"{1 / model.prevalence:,.0f} pairs is one person's{escape(of)}. {report.records:,} records say "
        f"{report.descriptions:,} different things of {people:,} people.</p>",
        "<h2>What pairs weigh</h2>",
        f"<p>Log2 of the odds that a pair is one person's; pairs below {LEAST:g} are not kept. "
        "Filled: linked. Outlined: left apart.</p>",
        _histogram(report.weights, "weight", "pairs"),
        "<h2>Records of a person</h2>",
        _histogram(report.people, "records", "people"),
        "<h2>What cannot be linked</h2>",
        f"<p>{report.unlinkable:,} descriptions ({share:.1%}) say so little that not even their double would be "
        "linked. By what a double would weigh:</p>",
        _histogram(report.selves, "weight", "descriptions"),
        "<h2>What makes up a weight</h2>",
        *(_waterfall(name, steps) for name, steps in report.examples.items()),
        "<h2>What each grade of agreement is worth</h2>",
        _comparisons(report),
        "<h2>Between feeds, and within one</h2>",
        _table(
            ("feeds", "people known to both", "pairs linked", "pairs left apart", "mean weight of the linked"),
            (
                (_between(*one.feeds), f"{one.people:,}", f"{one.linked:,}", f"{one.apart:,}",
                 "" if one.weight is None else f"{one.weight:.1f}")
                for one in report.between
            ),
        ),
    ]  # fmt: skip
    return (
        '<!doctype html>\n<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Who is who: model {model.id}</title><style>{STYLE}</style>\n" + "\n".join(parts) + "\n</html>\n"
    )


def _between(one: str, other: str) -> str:
    return f"{one} and {other}" if one != other else f"{one}, known twice"


def _histogram(bins: Sequence[Bin], what: str, things: str) -> str:
    """Bars on a scale of square roots, so that few are seen beside many."""
    if not bins:
        return "<p>None.</p>"
    step = WIDTH / len(bins)
    top = max(one.count + one.others for one in bins) ** 0.5 or 1.0
    shapes = []
    for place, one in enumerate(bins):
        x, whole = place * step, one.count + one.others
        high, filled = (HEIGHT * number**0.5 / top for number in (whole, one.count))
        filled = high * one.count / whole if whole else filled
        title = f"{one.low:g}: {one.count:,}" + (f" linked, {one.others:,} apart" if one.others else f" {things}")
        shapes.append(
            f'<g><title>{title}</title><rect x="{x + 1:.1f}" y="{HEIGHT - high:.1f}" width="{step - 2:.1f}" '
            f'height="{high:.1f}" fill="none" stroke="var(--with)"/><rect x="{x + 1:.1f}" '
            f'y="{HEIGHT - filled:.1f}" width="{step - 2:.1f}" height="{filled:.1f}" fill="var(--with)"/>'
            f'<text x="{x + step / 2:.1f}" y="{HEIGHT + 14}" text-anchor="middle">{one.low:g}</text></g>'
        )
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT + 32}" role="img" aria-label="{things} by {what}">{"".join(shapes)}'
        f'<text x="0" y="{HEIGHT + 30}">{what} from</text></svg>'
    )


def _waterfall(name: str, steps: Sequence[Step]) -> str:
    """Each step from where the one before it ended; the sum last."""
    ends = np.cumsum([step.adds for step in steps])
    begins = ends - [step.adds for step in steps]
    low, high = min(0.0, *ends, *begins), max(0.0, *ends, *begins)
    rows = [
        _bar_row(step.words, step.adds, begin, end, low, high)
        for step, begin, end in zip(steps, begins.tolist(), ends.tolist(), strict=True)
    ]
    rows.append(_bar_row("together", float(ends[-1]), 0.0, float(ends[-1]), low, high))
    return f'<h3>{escape(name)}</h3><div class="wide"><table>{"".join(rows)}</table></div>'


def _bar_row(words: str, adds: float, begin: float, end: float, low: float, high: float) -> str:
    scale = 100 / (high - low or 1.0)
    left, width = (min(begin, end) - low) * scale, abs(end - begin) * scale
    kind = ' class="minus"' if end < begin else ""
    return (
        f'<tr><td>{escape(words)}</td><td class="n">{adds:+.1f}</td>'
        f'<td class="bar"><i{kind} style="left:{left:.1f}%;width:{width:.1f}%"></i></td></tr>'
    )


def _comparisons(report: Report) -> str:
    worth = report.model.probabilities
    rows = [
        (grade.words, m, u)
        for one in COMPARISONS
        for grade, (m, u) in zip(one.grades, worth[one.name], strict=True)
        if grade.words
    ]
    weights = [float(np.log2(m / u)) for _, m, u in rows]
    low, high = min(0.0, *weights), max(0.0, *weights)
    told = [
        f'<tr><td>{escape(words)}</td><td class="n">{m:.2g}</td><td class="n">{u:.2g}</td>'
        + _bar_row("", weight, 0.0, weight, low, high).removeprefix("<tr><td></td>")
        for (words, m, u), weight in zip(rows, weights, strict=True)
    ]
    head = "".join(f"<th>{name}</th>" for name in ("a pair", "of one person", "of two", "weight", ""))
    return f'<div class="wide"><table><tr>{head}</tr>{"".join(told)}</table></div>'


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    names = "".join(f"<th>{escape(name)}</th>" for name in head)
    lines = "".join(
        f"<tr><td>{escape(first)}</td>" + "".join(f'<td class="n">{cell}</td>' for cell in rest) + "</tr>"
        for first, *rest in rows
    )
    return f'<div class="wide"><table><tr>{names}</tr>{lines}</table></div>'
