"""How senior somebody is, from a job title.

The words are data (`handraise.facts.seniority_words`); this module knows how they combine. The part of a
title before a preposition speaks of the person, the part after it of somebody or something else ("Assistant
to the CEO" is no C-suite). Among several parts ("CEO & Founder") the most senior one counts.
"""

from collections.abc import Callable, Sequence
from functools import cache
from types import MappingProxyType

from handraise.facts.folding import folded
from handraise.facts.seniority_tables import SUPPORT, Rank, Seniority, is_occupation, known_rank, tables
from handraise.facts.title_parts import Part, entries, parts_of

__all__ = ["Seniority", "ranked_parts", "seniority_named", "seniority_of"]


_STEP = MappingProxyType(
    {
        Seniority.C_SUITE: 0,
        Seniority.VP: 1,
        Seniority.DIRECTOR: 2,
        Seniority.MANAGER: 3,
        Seniority.STUDENT: 4,
        Seniority.FREELANCER: 5,
        Seniority.INDIVIDUAL_CONTRIBUTOR: 6,
    }
)
_OUTSIDE = frozenset({Seniority.STUDENT, Seniority.FREELANCER})
_LEADING = frozenset({Seniority.C_SUITE, Seniority.VP, Seniority.DIRECTOR, Seniority.MANAGER})


def seniority_of(title: str | None) -> Seniority | None:
    """How senior a job title is; None when nothing in it says so.

    English, German, French and Spanish are covered, Italian, Portuguese and Dutch in their commonest words.
    Case, accents and gender marks do not matter.

    Examples
    --------
    >>> seniority_of("VP of Sales")
    <Seniority.VP: 'vp'>
    >>> seniority_of("Geschäftsführerin")
    <Seniority.C_SUITE: 'c_suite'>
    >>> seniority_of("Assistant to the CEO")
    <Seniority.INDIVIDUAL_CONTRIBUTOR: 'individual_contributor'>
    >>> seniority_of("Marketing") is None
    True
    """
    best: Seniority | None = None
    for part, rank in ranked_parts(title or ""):
        if rank is None:
            continue
        if rank in _OUTSIDE and len(part.words) == 1 and best is not Seniority.C_SUITE:
            return rank  # "Software Engineer, Intern": a lone word speaks of the whole title
        if best is None or _STEP[rank] < _STEP[best]:
            best = rank
    return best


def ranked_parts(title: str) -> list[tuple[Part, Seniority | None]]:
    """The parts of a title that speak of the person, each with the seniority that it says by itself."""
    ranked: list[tuple[Part, Seniority | None]] = []
    speaks_of_others = False
    for part in parts_of(title):
        speaks_of_others = speaks_of_others and part.is_joined
        if speaks_of_others:
            continue  # "Assistant to the CEO & CFO": the CFO is somebody else too
        rank, speaks_of_others = _rank_of(part.words)
        ranked.append((part, rank))
    return ranked


# --- one part ----------------------------------------------------------------------------------------------


def _rank_of(words: tuple[str, ...]) -> tuple[Seniority | None, bool]:
    """The rank that the words say, and whether they go on to speak of a leader who is somebody else."""
    known = tables()
    found: list[Rank] = []
    place = 0
    while place < len(words):
        if place and words[place] in known.prepositions:
            return _combined(found), any(known.words.get(word) in _LEADING for word in words[place:])
        phrase = known.phrases.at(words, place)
        if phrase is not None:
            length, rank = phrase
            found.append(rank)
            place += length
            continue
        word_rank = _rank_of_word(words, place)
        if word_rank is not None:
            found.append(word_rank)
        place += 1
    return _combined(found), SUPPORT in found


def _combined(found: Sequence[Rank]) -> Seniority | None:
    if not found:
        return None
    if Seniority.STUDENT in found:
        return Seniority.STUDENT
    if SUPPORT in found:
        return Seniority.INDIVIDUAL_CONTRIBUTOR
    if Seniority.FREELANCER in found:
        return Seniority.FREELANCER
    return min((Seniority(rank) for rank in found), key=_STEP.__getitem__)


def _rank_of_word(words: Sequence[str], place: int) -> Rank | None:
    word = words[place]
    in_context = _IN_CONTEXT.get(word)
    if in_context is not None:
        return in_context(words, place)
    rank = known_rank(word)
    if rank is Seniority.STUDENT and place + 1 < len(words) and words[place + 1] in tables().student_matters:
        return None
    if rank is not None:
        return rank
    return Seniority.INDIVIDUAL_CONTRIBUTOR if is_occupation(word) else None


# --- words that mean different things in different places -------------------------------------------------


def _rank_of_head(words: Sequence[str], place: int) -> Rank:
    """`Marketing Head` and `Head Marketing` lead a department, a `Head Nurse` a group."""
    return Seniority.MANAGER if any(map(is_occupation, words[place + 1 :])) else Seniority.DIRECTOR


def _rank_of_lead(words: Sequence[str], place: int) -> Rank:
    """A `Marketing Lead` leads people, a `Lead Developer` is the first among equals."""
    if any(is_occupation(word) for word in (*words[:place], *words[place + 1 :])):
        return Seniority.INDIVIDUAL_CONTRIBUTOR
    return Seniority.MANAGER


def _rank_of_chief(words: Sequence[str], place: int) -> Rank:
    """The chief of a function (`Chief Data Officer`) is C-suite, a `Chief Engineer` a director."""
    follows = words[place + 1 :]
    if not follows:
        return Seniority.DIRECTOR
    if "officer" in follows:
        return Seniority.C_SUITE
    return Seniority.DIRECTOR if any(is_occupation(word) for word in follows) else Seniority.C_SUITE


def _rank_of_chef(words: Sequence[str], place: int) -> Rank:
    """The French `chef de …` or `chef comptable` leads a group; the chef of other languages cooks."""
    follows = words[place + 1 : place + 2]
    if follows and (
        words[place] == "cheffe" or follows[0] in tables().prepositions or is_occupation(follows[0])
    ):
        return Seniority.MANAGER
    return Seniority.INDIVIDUAL_CONTRIBUTOR


_FIRMS = frozenset({"societe", "entreprise", "sarl", "eurl", "sas", "sci", "groupe", "holding"})


def _rank_of_gerant(words: Sequence[str], place: int) -> Rank:
    """The `gérant` of a firm heads it; that of a shop or a house runs it for others."""
    rest = words[place + 1 :]
    runs_a_thing = rest and rest[0] in tables().prepositions and not _FIRMS.intersection(rest)
    return Seniority.MANAGER if runs_a_thing else Seniority.C_SUITE


def _rank_of_contractor(words: Sequence[str], place: int) -> Rank:
    """A contractor works on their own account; `Contractor Sales` sells to them."""
    return Seniority.FREELANCER if place == len(words) - 1 else Seniority.INDIVIDUAL_CONTRIBUTOR


_PARTNERS = frozenset(
    {"senior", "junior", "founding", "managing", "equity", "general", "limited", "co", "name", "global"}
)


def _rank_of_partner(words: Sequence[str], place: int) -> Rank:
    """A partner in a firm owns a part of it; a `Business Partner` does not."""
    rest = (*words[:place], *words[place + 1 :])
    return Seniority.C_SUITE if _PARTNERS.issuperset(rest) else Seniority.INDIVIDUAL_CONTRIBUTOR


def _rank_if_alone(alone: Rank) -> Callable[[Sequence[str], int], Rank | None]:
    """The rank of a word that says it only when no other word stands beside it."""

    def rank(words: Sequence[str], place: int) -> Rank | None:  # noqa: ARG001 - called like the others
        return alone if len(words) == 1 else Seniority.INDIVIDUAL_CONTRIBUTOR

    return rank


def _rank_of_assistant(words: Sequence[str], place: int) -> Rank | None:
    """`Assistant` last is a job; before another word (`Assistant Director`) it leaves the rank to that."""
    return SUPPORT if place == len(words) - 1 else Seniority.INDIVIDUAL_CONTRIBUTOR


def _rank_of_stage(words: Sequence[str], place: int) -> Rank | None:
    """The French internship, as a first word; elsewhere a stage is a stage."""
    return Seniority.STUDENT if place == 0 and not any(map(is_occupation, words)) else None


_IN_CONTEXT: MappingProxyType[str, Callable[[Sequence[str], int], Rank | None]] = MappingProxyType(
    {
        "head": _rank_of_head,
        "lead": _rank_of_lead,
        "chief": _rank_of_chief,
        "chef": _rank_of_chef,
        "cheffe": _rank_of_chef,
        "gerant": _rank_of_gerant,
        "gerante": _rank_of_gerant,
        "contractor": _rank_of_contractor,
        "partner": _rank_of_partner,
        "associe": _rank_if_alone(Seniority.C_SUITE),
        "associee": _rank_if_alone(Seniority.C_SUITE),
        "executive": _rank_if_alone(Seniority.C_SUITE),
        "md": _rank_if_alone(Seniority.C_SUITE),
        "principal": _rank_if_alone(Seniority.DIRECTOR),
        "pa": _rank_if_alone(SUPPORT),
        "ea": _rank_if_alone(SUPPORT),
        "assistant": _rank_of_assistant,
        "stage": _rank_of_stage,
    }
)


# --- seniority typed by hand ------------------------------------------------------------------------------

_TYPED = MappingProxyType(
    {
        Seniority.C_SUITE: """
            c suite, c level, csuite, clevel, cxo, cxos, executive, executives, exec, owner, founder,
            partner, top management, board, geschäftsführung, vorstand, dirigeant, direction générale,
            alta dirección
        """,
        Seniority.VP: """
            vp, vps, vice president, vp level, svp, evp
        """,
        Seniority.DIRECTOR: """
            director, directors, director level, head, head of, head of department, leiter, bereichsleitung,
            abteilungsleitung, directeur, directrice, directora
        """,
        Seniority.MANAGER: """
            manager, managers, manager level, mgr, senior manager, middle management, team lead, supervisor,
            responsable, gerente, teamleitung
        """,
        Seniority.INDIVIDUAL_CONTRIBUTOR: """
            individual contributor, individual contributors, ic, contributor, non manager, staff, employee,
            senior, junior, entry, entry level, mid level, senior level, specialist, mitarbeiter, employé,
            empleado, sachbearbeiter
        """,
        Seniority.STUDENT: """
            student, students, intern, interns, trainee, training, unpaid, working student, werkstudent,
            praktikant, étudiant, stagiaire, estudiante, becario
        """,
        Seniority.FREELANCER: """
            freelancer, freelancers, freelance, self employed, contractor, freiberufler, indépendant,
            autónomo
        """,
    }
)


@cache
def _typed() -> dict[str, str]:
    return {
        "".join(words): rank.value
        for rank, text in _TYPED.items()
        for words in (*entries(text, ","), *entries(rank.value.replace("_", " "), ","))
    }


def seniority_named(text: str) -> str | None:
    """A seniority that somebody typed by hand ("VP", "C-Level"), as a `Seniority` value where it is one.

    Other text is kept, in lower case, so that rules can name a ladder of one's own; None for empty text.

    Examples
    --------
    >>> seniority_named("C-Level"), seniority_named("Band 7")
    ('c_suite', 'band 7')
    """
    plain = "".join(letter for letter in folded(text) if letter.isalnum())
    return _typed().get(plain) or text.strip().casefold() or None
