"""Who does something: a person, wherever they clicked, a program, the CRM, a rule, or the product itself."""

from dataclasses import dataclass
from typing import Final, Literal

from handraise.core.stage import CauseKind

ActorKind = Literal["member", "slack", "key", "crm", "rule", "system"]


@dataclass(frozen=True)
class Actor:
    """Somebody who acts.

    Parameters
    ----------
    id
        Of the member, for `slack` too (the click was theirs); of the key, for `key`.
    role
        What they may (`handraise.core.roles`); nobody asks the CRM or the product itself.
    acts_for
        The member behind a key, where there is one.

    Examples
    --------
    >>> Actor("member", 7, "sales").written, Actor("key", 3, "sales", acts_for=7).member, Actor("crm").written
    ('member:7', 7, 'crm')
    """

    kind: ActorKind
    id: int | None = None
    role: str = ""
    acts_for: int | None = None

    @property
    def member(self) -> int | None:
        """The member who acts, themselves or through a key; None when nobody does."""
        return self.id if self.kind in ("member", "slack") else self.acts_for

    @property
    def is_bound(self) -> bool:
        """Whether a role says what they may."""
        return self.kind in ("member", "slack", "key")

    @property
    def written(self) -> str:
        """As it stands in records: by number, never by name."""
        return self.kind if self.id is None else f"{self.kind}:{self.id}"

    @property
    def cause_kind(self) -> CauseKind:
        """The kind of cause of the moves they make."""
        if self.kind == "crm":
            return "crm"
        return "person" if self.is_bound else "rule"


SYSTEM: Final = Actor("system")
CRM: Final = Actor("crm")
