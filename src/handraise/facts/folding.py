"""How typed text is made comparable: case, accents, ligatures and width are taken off."""

import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "’": "'"})


def folded(text: str) -> str:
    """Text in lower case without accents, compatible forms made plain (ligatures, ``ß`` as ``ss``).

    The length may change. Text of another script keeps its letters.

    Examples
    --------
    >>> folded("Geschäftsführerin")
    'geschaftsfuhrerin'
    >>> folded("ÉTUDIANT")
    'etudiant'
    """
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    kept = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return unicodedata.normalize("NFKC", kept).casefold()


def spellings(word: str) -> tuple[str, ...]:
    """The folded word, and its other German spelling when it has umlauts (``ue`` for ``ü``).

    Examples
    --------
    >>> spellings("Geschäftsführer")
    ('geschaftsfuhrer', 'geschaeftsfuehrer')
    """
    plain = folded(word)
    spelt_out = folded(word.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue"))
    return (plain,) if spelt_out == plain else (plain, spelt_out)
