"""How the score adds up, as a native vector drawing: sharp at any size, in the page's fonts, the same bytes each time.

Each chart of a PDF is a function that returns a Drawing of the given width in points; its height follows from the
content. Labels stand beside the data instead of in legends, rates start at zero, scores run from 0 (fair play) to 100.
Charts hold numbers and words that are already translated; whoever places one also gives it the text that says what it
shows. The weeks are drawn in `reports.pdf.weekly`, the past of a score in `reports.pdf.history`.
"""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.graphics.shapes import Drawing, Line, Rect
from reportlab.lib.colors import HexColor

from ethics.language import Reader
from ethics.palette import LIGHT
from reports.pdf.fonts import BOLD, MEDIUM, REGULAR, SEMIBOLD, width
from reports.pdf.scales import drawing, say, say_over
from reports.pdf.styles import ACCENT, BORDER, GRID, INK, MUTE
from reports.pdf.text import fit


def waterfall(
    rows: Sequence[tuple[str, float]],
    unknown: Sequence[str],
    total: float,
    *,
    words: tuple[str, str],
    band: str,
    t: Reader,
    wide: float,
) -> Drawing:
    """Contributions that add up to the score. `rows` are (name, points) and `unknown` names of rows without a bar;
    `words` name the sum and what is not known."""
    step, right = 18.0, 40.0
    names = [*(name for name, _ in rows), *unknown, words[0]]
    left = min(max(width(name, SEMIBOLD, 8.5) for name in names) + 18, wide * 0.34)
    count = len(rows) + len(unknown) + 1
    d = drawing(wide, step * count + 17)
    x0, x1 = left, wide - right

    def at(points: float) -> float:
        return x0 + (x1 - x0) * min(max(points, 0.0), 100.0) / 100

    base = 15.0
    for value in (0, 25, 50, 75, 100):
        d.add(
            Line(at(value), base, at(value), d.height - 1, strokeColor=BORDER if value == 0 else GRID, strokeWidth=0.6)
        )
        say(d, at(value), 4, t.number(value), at="middle")
    y, reached = d.height - step + 1, 0.0
    for name, points in rows:
        say(d, 0, y + 4.4, fit(name, REGULAR, 8.5, left - 12), size=8.5, colour=INK)
        start, stop = sorted((at(reached), at(reached + points)))
        d.add(Rect(start, y + 2, max(stop - start, 0.8), step - 7, fillColor=ACCENT, strokeColor=None))
        reached += points
        end = at(reached)
        d.add(Line(end, y + 2, end, y - step + 14, strokeColor=MUTE, strokeWidth=0.5))
        say_over(d, max(stop, end) + 4, y + 4.6, t.number(points, 1, sign=True), font=MEDIUM, colour=INK)
        y -= step
    for name in unknown:
        say(d, 0, y + 4.4, fit(name, REGULAR, 8.5, left - 12), size=8.5)
        x = at(reached)
        d.add(Line(x, y + step - 2, x, y - step + 14, strokeColor=MUTE, strokeWidth=0.5, strokeDashArray=[1.5, 1.5]))
        say_over(d, x + 5, y + 4.6, words[1], font=REGULAR, colour=MUTE)
        y -= step
    say(d, 0, y + 4.2, words[0], size=8.5, font=SEMIBOLD, colour=INK)
    d.add(
        Rect(
            x0, y + 1, max(at(total) - x0, 0.8), step - 4, fillColor=HexColor(LIGHT.bands[band].mark), strokeColor=None
        )
    )
    say(d, at(total) + 5, y + 3.9, t.number(total), size=10, font=BOLD, colour=INK)
    return d
