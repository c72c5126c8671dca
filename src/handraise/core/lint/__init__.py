"""What is wrong or doubtful in a definition by itself, before any data is seen."""

from handraise.core.definition.reading import Read
from handraise.core.errors import Problem
from handraise.core.lint import doubts, impossible
from handraise.core.lint.places import Notes
from handraise.core.lint.reach import Reach

__all__ = ["lint"]


def lint(read: Read) -> tuple[Problem, ...]:
    """Everything that the file alone shows to be impossible (errors) or probably not meant (warnings).

    Parameters
    ----------
    read
        A definition that could be read, with its positions.

    Returns
    -------
    tuple of Problem
        In the order of the file. A definition without errors can qualify somebody; one without warnings says
        nothing idle.

    Examples
    --------
    >>> from handraise.core.definition import read_definition
    >>> read = read_definition('''name: Small
    ... signals: {demo: {event: Demo Requested}}
    ... engagement: {bar: 60, rules: [{rule: asked, signal: demo, points: 50}]}
    ... qualify: {mql: engagement}
    ... disqualify: [{reason: competitor, when: {lead.email_domain: rivaldesk.example}}]
    ... ''')
    >>> for problem in lint(read):
    ...     print(problem)
    3:14: error: no lead can pass the engagement bar of 60: all engagement rules together give at most 50; ...
    4:11: error: nobody can ever be an MQL by this: ...
    """
    definition, notes = read.definition, Notes(read)
    reach = Reach(definition)
    found = [
        *impossible.contradictions(definition, notes),
        *impossible.too_few_values(definition, notes),
        *impossible.reset_rules(definition, notes, reach),
        *impossible.unreachable_bars(definition, notes, reach),
        *impossible.unreachable_thresholds(definition, notes, reach),
        *impossible.unreachable_grades(definition, notes, reach),
        *impossible.never_an_mql(definition, notes, reach),
        *impossible.impossible_patterns(definition, notes, reach),
        *doubts.idle_rules(definition, notes),
        *doubts.swallowed_penalties(definition, notes, reach),
        *doubts.twin_rules(definition, notes),
        *doubts.twin_signals(definition, notes),
        *doubts.unused(definition, notes),
        *doubts.needless_tracks(definition, notes),
        *doubts.nobody_disqualified(definition, notes),
        *doubts.misspelt_facts(definition, notes),
        *doubts.lines_never_read(definition, notes),
    ]
    return tuple(sorted(set(found)))
