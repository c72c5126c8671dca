"""Charts of shares with their intervals and of times: over months or weeks, and of groups side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from handraise.learn.shares import Share
from handraise.web.charting import changes_layer, chart

_PERCENT: Final = {"format": ".0%", "tickCount": 5}


@dataclass(frozen=True)
class Shown:
    """A share: its name on the axis, what is said of it on hover. Without cases nothing is drawn."""

    name: str
    share: Share
    said: str


@dataclass(frozen=True)
class Marked:
    """A definition that went live in a month or week of the axis."""

    name: str
    said: str


def shares_over_time(
    shown: Sequence[Shown], marks: Sequence[Marked] = (), *, limit: float | None = None, hue: str = "mql"
) -> dict[str, Any]:
    """Shares one after the other; the bar is the 95 % interval. `limit` is a line beyond which one is off."""
    x = _time_axis([one.name for one in shown])
    layers = [*_shares(shown, hue, x, "y"), *_limit(limit, "y")]
    return chart({"layer": [*layers, *_marks(x, marks)]})


def shares_side_by_side(
    shown: Sequence[Shown], *, limit: float | None = None, hue: str = "mql"
) -> dict[str, Any]:
    """Shares of groups, one under the other in the order given."""
    names = [one.name for one in shown]
    y = {
        "field": "name",
        "type": "nominal",
        "sort": names,
        "title": None,
        "axis": {"labelLimit": 220, "labelPadding": 8, "grid": True, "ticks": False, "domain": False},
    }
    layers = [*_shares(shown, hue, y, "x"), *_limit(limit, "x")]
    return chart({"layer": layers}, height=max(64, 30 * len(names)))


def times_over_time(
    times: Sequence[tuple[str, float | None, float | None]],
    called: tuple[str, str],
    marks: Sequence[Marked] = (),
) -> dict[str, Any]:
    """Medians and 90th percentiles, both in the unit that the page says.

    Parameters
    ----------
    times
        Name on the axis, median, 90th percentile; None leaves a gap.
    called
        What the two are called.
    """
    x = _time_axis([name for name, _, _ in times])
    values = [
        {"name": name, "value": value, "kind": kind}
        for name, *both in times
        for kind, value in zip(called, both, strict=True)
        if value is not None
    ]
    scale = {} if values else {"domain": [0, 1]}  # of nothing there is no extent
    # One legend: the three ways in which the two differ have the same field and the same names.
    told = {"field": "kind", "legend": _LEGEND, "title": None}
    lines = {
        "data": {"values": values},
        "mark": {"type": "line", "point": {"filled": True, "size": 45}},
        "encoding": {
            "x": x,
            "y": {"field": "value", "type": "quantitative", "title": None, "scale": scale},
            "color": {**told, "scale": {"domain": list(called), "range": ["token:mql", "token:sql"]}},
            "shape": {**told, "scale": {"domain": list(called)}},
            "strokeDash": {**told, "scale": {"domain": list(called), "range": [[1, 0], [5, 4]]}},
        },
    }
    return chart({"layer": [lines, *_marks(x, marks)]})


def counts_side_by_side(counts: Sequence[tuple[str, int]], hue: str = "mql") -> dict[str, Any]:
    """How often each: bars, one under the other in the order given."""
    values = [{"name": name, "count": count} for name, count in counts]
    bars = {
        "data": {"values": values},
        "mark": {"type": "bar", "color": f"token:{hue}", "height": {"band": 0.6}},
        "encoding": {
            "y": {
                "field": "name",
                "type": "nominal",
                "sort": [name for name, _ in counts],
                "title": None,
                "axis": {"labelLimit": 220, "labelPadding": 8, "ticks": False, "domain": False},
            },
            "x": {
                "field": "count",
                "type": "quantitative",
                "title": None,
                "axis": {"tickMinStep": 1, "tickCount": 6},
            },
        },
    }
    return chart(bars, height=max(64, 30 * len(values)))


_LEGEND: Final = {"orient": "top", "labelColor": "token:quiet", "labelFontSize": 12}


def _time_axis(names: Sequence[str]) -> dict[str, Any]:
    return {
        "field": "name",
        "type": "ordinal",
        "sort": list(names),
        "scale": {"domain": list(names)},
        "title": None,
        "axis": {"labelAngle": -45, "labelOverlap": True},
    }


def _shares(shown: Sequence[Shown], hue: str, along: dict[str, Any], across: str) -> Sequence[dict[str, Any]]:
    """The interval as a bar with the share as a point on it; `across` is the axis of the shares."""
    values = [
        {"name": one.name, "share": one.share.value, "low": one.share.low, "high": one.share.high,
         "said": one.said}
        for one in shown
        if one.share.n
    ]  # fmt: skip
    other = "x" if across == "y" else "y"
    scale = {"domain": [0, 1]}
    told = {"field": "said", "type": "nominal"}
    span = {
        "mark": {"type": "rule", "strokeWidth": 5, "strokeCap": "round", "opacity": 0.35,
                 "color": f"token:{hue}"},
        "encoding": {
            other: along,
            across: {"field": "low", "type": "quantitative", "scale": scale, "axis": _PERCENT, "title": None},
            f"{across}2": {"field": "high"},
            "tooltip": told,
        },
    }  # fmt: skip
    point = {
        "mark": {"type": "point", "filled": True, "opacity": 1, "size": 70, "color": f"token:{hue}"},
        "encoding": {
            other: along,
            across: {"field": "share", "type": "quantitative", "scale": scale},
            "tooltip": told,
        },
    }
    return [{"data": {"values": values}, **layer} for layer in (span, point)]


def _limit(limit: float | None, across: str) -> Sequence[dict[str, Any]]:
    if limit is None:
        return ()
    return (
        {
            "data": {"values": [{"limit": limit}]},
            "mark": {"type": "rule", "color": "token:red", "strokeDash": [4, 4], "strokeWidth": 1.5},
            "encoding": {across: {"field": "limit", "type": "quantitative"}},
        },
    )


def _marks(x: dict[str, Any], marks: Sequence[Marked]) -> Sequence[dict[str, Any]]:
    return [changes_layer(x, [{"name": one.name, "said": one.said} for one in marks])] if marks else []
