"""A statement in parts, so that each language can put its verb where it belongs."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Clause:
    """`subject` `verb` `rest`, and what stands behind all of it (`tail`).

    English has one order. German has two: „die Titelstufe ist VP“, and after „wenn“ „die Titelstufe VP ist“;
    a verb in two parts („liegt vor“) then stands together again („vorliegt“): that is the `particle`.
    """

    subject: str
    verb: str
    rest: str = ""
    particle: str = ""
    tail: str = ""

    def filled(self, amount: str) -> "Clause":
        """The clause with the amount in its place `{}`."""
        return replace(self, rest=self.rest.format(amount))


@dataclass(frozen=True)
class FactLabel:
    """What people call a fact.

    Parameters
    ----------
    label
        Its name alone, for a list of facts.
    subject
        Its name at the head of a sentence, with an article where the language has one; empty: the label.
    amount, single
        The clause that says how much of it there is, with a place `{}`, and the same for 1.
    """

    label: str
    subject: str = ""
    amount: Clause | None = None
    single: Clause | None = None

    @property
    def head(self) -> str:
        """Its name at the head of a sentence."""
        return self.subject or self.label


def capital(text: str) -> str:
    """The text with a capital letter at its start.

    Examples
    --------
    >>> capital("e-mail domain is on the list"), capital("“x”")
    ('E-mail domain is on the list', '“x”')
    """
    return text[:1].upper() + text[1:]
