"""What every chart has: the colours of the theme, the type, and the room it is given."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

_AXIS: Final = {
    "labelColor": "token:quiet",
    "domainColor": "token:strong-hair",
    "tickColor": "token:strong-hair",
    "gridColor": "token:hair",
    "titleColor": "token:quiet",
    "labelFontSize": 12,
}


def chart(drawn: Mapping[str, Any], *, height: int = 200) -> dict[str, Any]:
    """A Vega-Lite specification as wide as its place and `height` px high; `drawn` says what is in it.

    Colours are written `token:accent`: the page has them in light and dark.
    """
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": "container",
        "height": height,
        "background": "transparent",
        **drawn,
        "config": {"axis": _AXIS, "view": {"stroke": None}, "font": "Inter Variable, sans-serif"},
    }


def changes_layer(x: Mapping[str, Any], marks: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Triangles above a chart where a definition went live.

    Parameters
    ----------
    x
        The encoding of the chart's axis of time.
    marks
        Where on it (by the name of its field), and what is `said`.
    """
    return {
        "data": {"values": list(marks)},
        "mark": {"type": "point", "shape": "triangle-up", "filled": True, "size": 90, "color": "token:ink"},
        "encoding": {"x": x, "y": {"value": -8}, "tooltip": {"field": "said", "type": "nominal"}},
    }
