"""A small company that uses the product: what pages have to show."""

from dataclasses import dataclass, field

from tests.web.browsing import Site


@dataclass
class Filled:
    """The site and who and what is in it, by names that paths can use: `/leads/{lead}`."""

    site: Site
    ids: dict[str, int] = field(default_factory=dict)

    def path(self, path: str) -> str:
        """A path with its numbers."""
        return path.format(**self.ids)


def fill(site: Site) -> Filled:
    """Fill it."""
    for role in ("admin", "marketing", "sales", "viewer"):
        site.member(role)
    return Filled(site)
