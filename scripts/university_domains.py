"""Makes the list of university domains that ships with handraise from the list of world universities.

    python scripts/university_domains.py world_universities_and_domains.json

A domain is left out when it is a public suffix, or when an academic suffix (``edu``, ``ac.uk``, …) or
another entry already stands for it.
"""

import json
import re
import sys
from collections import Counter
from pathlib import Path

from handraise.facts.email import domain_of, registrable_domain

TARGET = Path(__file__).resolve().parents[1] / "src/handraise/facts/data/university_domains.txt"
HEAD = """\
# Domains of universities; an entry stands for every domain under it. Made by scripts/university_domains.py.
# Academic suffixes come first. From "University Domains and Names Data List",
# https://github.com/Hipo/university-domains-list, MIT License, Copyright (c) 2014 Hipo (see NOTICE).
"""
ACADEMIC_SUFFIX = re.compile(r"(?:^|\.)((?:ac|edu)\.[a-z]{2})$")
SEEN_OFTEN_ENOUGH = 2
"""Universities that must share a suffix such as ``ac.uk`` before it stands for all under it."""


def parents(domain: str) -> list[str]:
    """The domains that a domain lies under, nearest first."""
    labels = domain.split(".")
    return [".".join(labels[start:]) for start in range(1, len(labels))]


def academic_suffixes(domains: set[str]) -> set[str]:
    """``edu`` and the suffixes of the form ac.xx and edu.xx that at least two of the universities share."""
    seen = Counter(found[1] for domain in domains if (found := ACADEMIC_SUFFIX.search(domain)))
    return {"edu"} | {suffix for suffix, count in seen.items() if count >= SEEN_OFTEN_ENOUGH}


def compact(domains: set[str]) -> tuple[list[str], list[str]]:
    """The academic suffixes, and the domains that neither they nor another domain stand for."""
    suffixes = academic_suffixes(domains)
    own = {domain for domain in domains if registrable_domain(domain)} - suffixes
    kept = {domain for domain in own if not any(up in own or up in suffixes for up in parents(domain))}
    return sorted(suffixes), sorted(kept)


def main(source: Path) -> None:
    """Writes the list."""
    universities = json.loads(source.read_text(encoding="utf-8"))
    domains = {domain_of(name) for university in universities for name in university["domains"]}
    suffixes, kept = compact({domain for domain in domains if domain})
    TARGET.write_text(HEAD + "\n".join(suffixes + kept) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
