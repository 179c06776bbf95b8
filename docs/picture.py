"""A picture of the graph from its declaration: areas as boxes, node types as cards, relationships as curves."""

from __future__ import annotations

from html import escape

from graph.schema import GRAPH

COLUMNS = (
    ("agreement", "roster"),
    ("provenance", "people"),
    ("participation",),
    ("circumstances", "cliffs", "departures"),
)
CARD_WIDTH, CARD_HEIGHT, GAP, PAD, TITLE = 168, 30, 12, 16, 30
COLUMN_GAP = 74
HUES = {
    "roster": 210, "agreement": 255, "people": 20, "participation": 150, "circumstances": 45, "provenance": 0,
    "cliffs": 330, "departures": 300,
}  # fmt: skip
HIDDEN = frozenset({"DERIVED_FROM"})
"""Drawn in words: every fact leads to its source record, which would hide the rest."""


def svg() -> str:
    """The picture as SVG; the same declaration gives the same text."""
    boxes, cards, height = _layout()
    width = len(COLUMNS) * (CARD_WIDTH + 2 * PAD) + (len(COLUMNS) - 1) * COLUMN_GAP + 2 * PAD
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        'font-family="system-ui, sans-serif" font-size="13">',
        "<title>The graph: node types by area, and the relationships between them</title>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for area, (x, y, w, h) in boxes.items():
        hue = HUES[area]
        parts.append(
            f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="10" fill="hsl({hue} 60% 97%)" '
            f'stroke="hsl({hue} 40% 75%)"/><text x="{x + PAD}" y="{y + 20}" font-weight="600" '
            f'fill="hsl({hue} 50% 30%)">{area}</text>'
        )
    parts += _curves(cards)
    for label, (x, y) in cards.items():
        hue = HUES[GRAPH.node(label).area]
        parts.append(
            f'<g><title>{escape(GRAPH.node(label).meaning)}</title><rect x="{x}" y="{y}" width="{CARD_WIDTH}" '
            f'height="{CARD_HEIGHT}" rx="6" fill="#fff" stroke="hsl({hue} 45% 50%)"/>'
            f'<text x="{x + CARD_WIDTH / 2}" y="{y + 20}" text-anchor="middle">{label}</text></g>'
        )
    return "\n".join([*parts, "</svg>"]) + "\n"


def _layout() -> tuple[dict[str, tuple[int, int, int, int]], dict[str, tuple[int, int]], int]:
    boxes: dict[str, tuple[int, int, int, int]] = {}
    cards: dict[str, tuple[int, int]] = {}
    bottom = 0
    for column, areas in enumerate(COLUMNS):
        x, y = PAD + column * (CARD_WIDTH + 2 * PAD + COLUMN_GAP), PAD
        for area in areas:
            labels = [node.label for node in GRAPH.nodes if node.area == area]
            height = TITLE + len(labels) * (CARD_HEIGHT + GAP) + GAP
            boxes[area] = (x, y, CARD_WIDTH + 2 * PAD, height)
            for index, label in enumerate(labels):
                cards[label] = (x + PAD, y + TITLE + index * (CARD_HEIGHT + GAP))
            y += height + PAD
        bottom = max(bottom, y)
    return boxes, cards, bottom


def _curves(cards: dict[str, tuple[int, int]]) -> list[str]:
    drawn = []
    for rel in GRAPH.relationships:
        if rel.type in HIDDEN:
            continue
        for source in rel.sources:
            for target in rel.targets:
                hue = HUES[GRAPH.node(source).area]
                drawn.append(
                    f'<path d="{_curve(cards[source], cards[target])}" fill="none" stroke="hsl({hue} 45% 55%)" '
                    f'stroke-opacity=".75"><title>({source})-[{rel.type}]-&gt;({target}): {escape(rel.meaning)}'
                    "</title></path>"
                )
    return drawn


def _curve(source: tuple[int, int], target: tuple[int, int]) -> str:
    (x1, y1), (x2, y2) = source, target
    y1, y2 = y1 + CARD_HEIGHT // 2, y2 + CARD_HEIGHT // 2
    if x1 == x2:
        bend = 14 + min(abs(y1 - y2) // 6, 34)
        side = x1 + CARD_WIDTH
        return f"M{side} {y1} C{side + bend} {y1} {side + bend} {y2} {side} {y2 + (6 if y1 == y2 else 0)}"
    start, end = (x1 + CARD_WIDTH, x2) if x1 < x2 else (x1, x2 + CARD_WIDTH)
    middle = (start + end) // 2
    return f"M{start} {y1} C{middle} {y1} {middle} {y2} {end} {y2}"
