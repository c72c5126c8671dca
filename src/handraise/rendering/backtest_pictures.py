"""Pictures of a definition change: before and after, and the weeks of the team."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from handraise.rendering.charts import INK, TOKENS, WIDTH

HUES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "kept": TOKENS["strong-hair"][0],
        "gained": TOKENS["accent"][0],
        "lost": TOKENS["sql"][0],
        "candidate": TOKENS["accent"][0],
        "before": TOKENS["quiet"][0],
    }
)
"""What the change does, always in one colour: nothing, gained, lost; and the two versions."""
SHOWN_WEEKS: Final = 26


@dataclass(frozen=True)
class WeekOf:
    """Leads of a week under one version."""

    start: date
    version: str
    leads: int


def before_and_after(before: str, after: str, kept: int, lost: int, gained: int) -> dict[str, Any]:
    """Two bars over one another: what both versions have lies at the same place in both.

    Parameters
    ----------
    before, after
        Names of the two versions.
    kept, lost, gained
        Leads in both, only before, only after.
    """
    import altair as alt

    parts: list[tuple[str, str, int, int]] = [
        (before, "lost", -lost, 0),
        (before, "kept", 0, kept),
        (after, "kept", 0, kept),
        (after, "gained", kept, kept + gained),
    ]
    rows = [
        {"version": version, "part": part, "first": first, "end": end, "said": f"{part} {end - first:,}"}
        for version, part, first, end in parts
        if end > first
    ]
    drawn = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("version:N", sort=[before, after], title=None)
    )
    colours = alt.Scale(
        domain=["lost", "kept", "gained"], range=[HUES[n] for n in ("lost", "kept", "gained")]
    )
    boxes = drawn.mark_bar(height=24).encode(
        x=alt.X("first:Q", axis=None), x2="end:Q", color=alt.Color("part:N", scale=colours, legend=None)
    )
    # what is in both is named below its bar, so that short bars do not write over one another
    labels = [
        drawn.mark_text(align="left", dx=1, dy=way, color=INK)
        .encode(x=alt.X("first:Q", axis=None), text="said:N")
        .transform_filter(which)
        for way, which in ((-21, "datum.part != 'kept'"), (22, "datum.part == 'kept'"))
    ]
    found: dict[str, Any] = alt.layer(boxes, *labels).properties(width=WIDTH, height=150).to_dict()
    found.pop("config", None)
    return found


def weeks(rows: Sequence[WeekOf], capacity: int | None) -> dict[str, Any]:
    """Leads a week as a line for each version (full and dashed), and the capacity as a line across."""
    import altair as alt

    versions = list(dict.fromkeys(row.version for row in rows))
    hues = [HUES["candidate"], HUES["before"]][: len(versions)]
    data = [asdict(row) | {"start": row.start.isoformat()} for row in rows]
    drawn = (
        alt.Chart(alt.InlineData(values=data))
        .mark_line(interpolate="step-after")
        .encode(
            x=alt.X("start:T", title=None, axis=alt.Axis(format="%b %Y", tickCount=8)),
            y=alt.Y("leads:Q", title="leads a week", axis=alt.Axis(tickCount=5, tickMinStep=1)),
            color=alt.Color("version:N", sort=versions, scale=alt.Scale(domain=versions, range=hues)),
            strokeDash=alt.StrokeDash(
                "version:N",
                sort=versions,
                scale=alt.Scale(domain=versions, range=[[1, 0], [4, 3]][: len(versions)]),
            ),
        )
    )
    layers: list[Any] = [drawn]
    if capacity is not None:
        line = alt.Chart(alt.InlineData(values=[{"leads": capacity}]))
        layers.append(line.mark_rule(color=INK, strokeWidth=1).encode(y="leads:Q"))
    found: dict[str, Any] = alt.layer(*layers).properties(width=WIDTH, height=220).to_dict()
    found.pop("config", None)
    return found
