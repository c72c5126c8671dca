"""Sentences that were kept in English, told in German, with what stands in their places."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Final, cast

from handraise.core.duration import Duration
from handraise.core.saying import Place, Saying
from handraise.core.words import english
from handraise.core.words.german.handoff import Handoff
from handraise.core.words.german.sayings import COMPLAINTS, SAYINGS
from handraise.core.words.german.sentences import COUNTED, SENTENCES

_PLACE: Final = re.compile(r"\{(\w+)\}")


class Kept(Handoff, english.Kept):
    """What was kept in English."""

    def retold(self, text: str) -> str:
        """The sentence in German; as it stands where it is none of ours.

        A `Saying` is said anew; what was kept as text is recognised by its form.

        Examples
        --------
        >>> Kept().retold("stayed in mql for 30 days"), Kept().retold("knows the boss")
        ('war 30 Tage lang in der Stufe MQL', 'knows the boss')
        >>> Kept().retold("nobody can take it (1 out of office, 2 full): it waits in the fallback queue")
        'niemand kann sie übernehmen (1 abwesend, 2 ausgelastet): sie wartet in der Auffang-Warteschlange'
        """
        if isinstance(text, Saying):
            return self._said(text)
        for form, german in _forms():
            found = form.fullmatch(text)
            if found is not None:
                places = {name: self._place(name, said) for name, said in found.groupdict().items()}
                return german.format(**places)
        named = text.split(" and ")
        if all(name in self.TRIGGERS for name in named):
            return self.both([self.TRIGGERS[name] for name in named])
        return text

    def complaint(self, text: str) -> str:
        """The library's complaint in German, by what gives it away.

        Examples
        --------
        >>> Kept().complaint("mapping values are not allowed here")
        'hier darf kein weiterer Doppelpunkt stehen (Text mit Doppelpunkt braucht Anführungszeichen)'
        """
        return next((german for part, german in COMPLAINTS if part in text), COMPLAINTS[-1][1])

    def _said(self, saying: Saying) -> str:
        german = SAYINGS.get(saying.form)
        if german is None:
            return str(saying)
        places = {name: self._told(place) for name, place in saying.places.items()}
        return german.format_map(places) if places else german

    def _told(self, place: object) -> str:
        match place:
            case Saying():
                return self._said(place)
            case Duration():
                return self.duration(place)
            case str() | int():
                return str(place)
        return cast(Place, place).told(self)

    def _place(self, name: str, said: str) -> str:
        return _PLACES[name](self, said) if name in _PLACES else said

    def _length(self, said: str) -> str:
        try:
            return self.duration(Duration.parse(said))
        except ValueError:
            return said

    def _points_of(self, said: str) -> str:
        return said.translate(str.maketrans(",.", ".,"))

    def _names(self, said: str) -> str:
        return said.replace(" and ", " und ").replace(" or ", " oder ")

    def _counts(self, said: str) -> str:
        told = [part.partition(" ") for part in said.split(", ")]
        return ", ".join(f"{count} {COUNTED.get(what, what)}" for count, _, what in told)


_PLACES: Final[Mapping[str, Callable[[Kept, str], str]]] = {
    "said": Kept.retold,
    "since": Kept._length,
    "stage": Kept.stage,
    "points": Kept._points_of,
    "more_points": Kept._points_of,
    "done": Kept._points_of,
    "total": Kept._points_of,
    "names": Kept._names,
    "values": Kept._names,
    "counts": Kept._counts,
}


@cache
def _forms() -> Sequence[tuple[re.Pattern[str], str]]:
    """Each English sentence as a pattern with its places, and the German one."""
    return [
        (re.compile(_PLACE.sub(r"(?P<\1>.+?)", _escaped(form)), re.DOTALL), german)
        for form, german in SENTENCES
    ]


def _escaped(form: str) -> str:
    return "".join(part if part.startswith("{") else re.escape(part) for part in re.split(r"(\{\w+\})", form))
