"""Pictures for reports: Vega-Lite in one look, drawn as SVG that takes its colours from the page.

A builder returns a specification (a plain dict, from Altair or written out). Colours are tokens: `svg` writes
them as CSS variables, so that one picture is right on light and dark paper and in print. A colour that is no
token stays as it is; for a scale from little to much use the opacity of a token, not a mixture of two.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Final

WIDTH: Final = 680  # of the plot, so that the figure fills a report's page
ROW: Final = 36

TOKENS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "ink": ("#211f1b", "#ebe7df"),
        "quiet": ("#5e5950", "#aea79a"),
        "hair": ("#dcd7cd", "#38352f"),
        "strong-hair": ("#8b8579", "#7d776b"),
        "paper": ("#fcfbf9", "#191815"),
        "accent": ("#0b5a52", "#7fcabd"),
        "lead": ("#8f897d", "#8a8478"),
        "mql": ("#2f6fb0", "#7db3ea"),
        "sal": ("#6a51a3", "#b5a3e6"),
        "sql": ("#b5530e", "#f0a05a"),
        "opportunity": ("#8c2d5a", "#e58fb8"),
        "customer": ("#1b7a3d", "#78cf95"),
        "recycled": ("#7a6a2f", "#cdbb72"),
        "disqualified": ("#4b4a48", "#b9b6b1"),
    }
)
"""Colours by name: on light paper (also in print), and on dark."""

INK, QUIET, HAIR, STRONG_HAIR, PAPER, ACCENT = (
    TOKENS[name][0] for name in ("ink", "quiet", "hair", "strong-hair", "paper", "accent")
)
STAGE_HUES: Final[Mapping[str, str]] = MappingProxyType(
    {
        stage: TOKENS[stage][0]
        for stage in ("lead", "mql", "sal", "sql", "opportunity", "customer", "recycled", "disqualified")
    }
)
"""The one hue of each stage, wherever it is drawn."""

_BY_HEX: Final = {light: name for name, (light, _) in TOKENS.items()}
_HEX: Final = re.compile(r'="(#[0-9a-f]{6})"')
_ROLES: Final = re.compile(r' (?:role|aria-roledescription|aria-label|aria-hidden|pointer-events)="[^"]*"')
_FONT: Final = "Inter, system-ui, sans-serif"


def theme() -> dict[str, Any]:
    """Vega-Lite's `config` for every picture: hairlines, sentence case, quiet axes, no box."""
    text = {"font": _FONT, "fontSize": 12, "color": QUIET}
    return {
        "aria": False,
        "background": None,
        # room at the left: the reader's font may be wider than the one that labels were measured in
        "padding": {"left": 20, "right": 8, "top": 4, "bottom": 4},
        "font": _FONT,
        "view": {"stroke": None},
        "bar": {"color": ACCENT},
        "rule": {"color": QUIET},
        "line": {"color": ACCENT, "strokeWidth": 2},
        "point": {"color": ACCENT, "filled": True, "size": 70},
        "text": text,
        "axis": {
            "labelFont": _FONT,
            "labelFontSize": 12,
            "labelColor": QUIET,
            "labelLimit": 240,
            "titleFont": _FONT,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "titleColor": QUIET,
            "titlePadding": 10,
            "gridColor": HAIR,
            "domainColor": STRONG_HAIR,
            "tickColor": STRONG_HAIR,
            "tickSize": 4,
        },
        "axisY": {"domain": False, "ticks": False, "labelPadding": 8},
        "axisX": {"grid": False},
        "legend": {
            "labelFont": _FONT,
            "labelFontSize": 12,
            "labelColor": QUIET,
            "title": None,
            "orient": "top",
            "symbolSize": 90,
        },
        "header": {"labelFont": _FONT, "labelFontSize": 12, "labelColor": INK, "title": None},
    }


def svg(specification: Mapping[str, Any], *, name: str) -> str:
    """The picture as SVG to stand in a page: no script, nothing loaded, colours as CSS variables.

    Parameters
    ----------
    specification
        Vega-Lite, without `config`.
    name
        Letters and digits that no other picture of the page has; it keeps their parts apart.

    Examples
    --------
    >>> drawn = svg(bars([Bar("page", 12), Bar("demo", 3)], "events"), name="f1")
    >>> drawn.startswith("<svg "), "var(--accent)" in drawn, "#0b5a52" in drawn
    (True, True, False)
    """
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg({**specification, "config": theme()}, allowed_base_urls=[])
    drawn = _ROLES.sub("", drawn)
    drawn = re.sub(r'id="([^"]+)"', rf'id="{name}-\1"', drawn)
    drawn = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", drawn)
    return _HEX.sub(lambda found: f'="{_variable(found[1])}"', drawn)


def _variable(colour: str) -> str:
    return f"var(--{_BY_HEX[colour]})" if colour in _BY_HEX else colour


@dataclass(frozen=True)
class Bar:
    """A name and how many."""

    name: str
    value: float


@dataclass(frozen=True)
class Interval:
    """A value with what it may be; all in the units of the axis, such as shares in [0, 1].

    `group` tells several of one name apart, by colour and by shape.
    """

    name: str
    value: float
    low: float
    high: float
    group: str = ""


@dataclass(frozen=True)
class Point:
    """A point of a curve; `series` names the curve."""

    x: float
    y: float
    series: str = ""


def bars(rows: Sequence[Bar], title: str, *, hue: str = ACCENT) -> dict[str, Any]:
    """Horizontal bars in the order given, each with its number.

    Parameters
    ----------
    title
        What the numbers are: "leads", "points".
    """
    import altair as alt

    order = [row.name for row in rows]
    drawn = alt.Chart(_data(rows)).encode(
        y=alt.Y("name:N", sort=order, title=None), x=alt.X("value:Q", title=title, axis=alt.Axis(tickCount=5))
    )
    label = drawn.mark_text(align="left", dx=6).encode(text=alt.Text("value:Q", format=",.4~g"))
    layers = alt.layer(drawn.mark_bar(height=14, color=hue), label)
    return _specification(layers.properties(width=WIDTH, height=ROW * len(rows)))


def intervals(
    rows: Sequence[Interval],
    title: str,
    *,
    form: str = ".0%",
    hues: Mapping[str, str] | None = None,
    reference: float | None = None,
) -> dict[str, Any]:
    """A point and its interval for each row, names down the side in the order given.

    Parameters
    ----------
    form
        How numbers are written (d3-format); `.0%` for shares.
    hues
        Colour of each group; None for the accent alone.
    reference
        Where a thin line stands across all rows, such as the share of everybody.
    """
    import altair as alt

    names = list(dict.fromkeys(row.name for row in rows))
    groups = list(dict.fromkeys(row.group for row in rows))
    colours = [ACCENT] * len(groups) if hues is None else [hues[group] for group in groups]
    scale = alt.Scale(domain=groups, range=colours)
    told = _told(groups)
    drawn = alt.Chart(_data(rows)).encode(
        y=alt.Y("name:N", sort=names, title=None),
        yOffset=alt.YOffset("group:N", sort=groups),
        color=alt.Color("group:N", scale=scale, sort=groups, **told),
    )
    across = alt.Axis(format=form, tickCount=5, grid=True)
    ranges = drawn.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q", title=title, axis=across), x2="high:Q")
    shape = alt.Shape("group:N", sort=groups, scale=alt.Scale(domain=groups), **told)
    points = drawn.mark_point(filled=True, size=80, opacity=1).encode(x="value:Q", shape=shape)
    layers: list[Any] = [ranges, points]
    if reference is not None:
        thin = alt.Chart(alt.InlineData(values=[{"at": reference}]))
        layers.insert(0, thin.mark_rule(strokeDash=[4, 4], color=STRONG_HAIR).encode(x="at:Q"))
    height = ROW * len(names) if len(groups) < 2 else (14 * len(groups) + 14) * len(names)
    return _specification(alt.layer(*layers).properties(width=WIDTH, height=height))


def curves(
    rows: Sequence[Point],
    x: str,
    y: str,
    *,
    form: str = ".0%",
    hues: Mapping[str, str] | None = None,
    marks: Sequence[tuple[float, str]] = (),
) -> dict[str, Any]:
    """Lines over a number, told apart by colour and by dash; `marks` are upright lines with a word each."""
    import altair as alt

    series = list(dict.fromkeys(row.series for row in rows))
    colours = [ACCENT] * len(series) if hues is None else [hues[name] for name in series]
    told = _told(series)
    dashes = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3]]
    lines = (
        alt.Chart(_data(rows))
        .mark_line()
        .encode(
            x=alt.X("x:Q", title=x, scale=alt.Scale(zero=False, nice=False)),
            y=alt.Y("y:Q", title=y, axis=alt.Axis(format=form, tickCount=5)),
            color=alt.Color("series:N", sort=series, scale=alt.Scale(domain=series, range=colours), **told),
            strokeDash=alt.StrokeDash(
                "series:N",
                sort=series,
                scale=alt.Scale(domain=series, range=[dashes[n % 4] for n in range(len(series))]),
                **told,
            ),
        )
    )
    layers: list[Any] = [lines]
    if marks:
        data = alt.Chart(alt.InlineData(values=[{"at": at, "word": word} for at, word in marks]))
        layers.append(data.mark_rule(color=QUIET).encode(x="at:Q"))
        layers.append(
            data.mark_text(align="left", dx=4, baseline="top", color=INK).encode(
                x="at:Q", y=alt.value(0), text="word:N"
            )
        )
    return _specification(alt.layer(*layers).properties(width=WIDTH, height=220))


def _told(groups: Sequence[str]) -> Any:
    """One legend for colour and shape together; none when there is nothing to tell apart."""
    return {"legend": None} if len(groups) < 2 else {}


def _data(rows: Sequence[Any]) -> Any:
    import altair as alt

    return alt.InlineData(values=[asdict(row) for row in rows])


def _specification(chart: Any) -> dict[str, Any]:
    found: dict[str, Any] = chart.to_dict()
    found.pop("config", None)
    return found
