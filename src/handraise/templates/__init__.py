"""Ready definitions to start from. Each is one YAML file that says what it is and what to change first."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True)
class Template:
    """A ready definition: its name on the command line, what it is, and whom it suits."""

    name: str
    title: str
    for_whom: str

    @property
    def file(self) -> str:
        """The name of the packaged file."""
        return f"{self.name}.yaml"


_ALL: Final = (
    Template("classic", "Classic 50–75", "a first definition: a short table and one threshold"),
    Template("hundred-point", "Hundred-point", "teams that want few and certain leads: 100 points to reach"),
    Template("b2b-saas", "B2B SaaS", "software sold to mid-market companies: 22 lines"),
    Template("two-bars", "Two bars", "when the right company and real interest must come together"),
    Template("patterns", "Patterns", "teams that would rather tell stories than add up points"),
    Template("b2c", "Consumers", "offers to consumers after advice: age, place, income, device"),
    Template("full", "Mid-market SaaS", "a worked example with most words of the language"),
)
TEMPLATES: Final[Mapping[str, Template]] = MappingProxyType({each.name: each for each in _ALL})


def template_text(name: str) -> str:
    """The YAML of a template, comments and all.

    Raises
    ------
    KeyError
        When there is no template of that name.

    Examples
    --------
    >>> template_text("classic").splitlines()[0]
    '# yaml-language-server: $schema=definition.schema.json'
    """
    template = TEMPLATES[name]
    return files(__name__).joinpath(template.file).read_text(encoding="utf-8")
