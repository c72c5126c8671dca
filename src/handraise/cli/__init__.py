"""The command line, one module a command. Exit codes: 0 fine, 1 the answer is no, 2 wrong input."""

import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from io import TextIOWrapper
from typing import Annotated, Any, Final

import typer

from handraise.cli import (
    audiences,
    audit,
    backtest,
    backup,
    bots,
    check,
    demo,
    diff,
    doctor,
    document,
    drift,
    example,
    explain,
    export,
    health,
    keys,
    lead,
    leads,
    learn,
    lift,
    members,
    migrate,
    publish,
    replay,
    review,
    schema,
    score,
    settings,
    spend,
    templates,
    threshold,
    up,
    version,
    web,
    worker,
)
from handraise.cli.options import EXAMPLE_FILES
from handraise.core.errors import HandraiseError

FINE: Final = 0
NO: Final = 1
WRONG_INPUT: Final = 2
OUR_FAULT: Final = 3
INTERRUPTED: Final = 130

app = typer.Typer(
    name="handraise",
    help="Lead qualification from one signed definition: scores that add up, reasons people can check.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start: handraise init my.yaml, then handraise check my.yaml",
)


def _show_version(wanted: bool) -> None:
    if wanted:
        version.version()
        raise typer.Exit


@app.callback()
def _options(
    shown: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help="Print the version.")
    ] = False,
) -> None:
    """Lead qualification from one signed definition: scores that add up, reasons people can check."""


EXAMPLES: Final[dict[str, str]] = {
    "templates": "handraise templates",
    "init": "handraise init saas.yaml --template b2b-saas",
    "check": f"handraise check saas.yaml {EXAMPLE_FILES}",
    "document": "handraise document saas.yaml --out saas.html",
    "diff": "handraise diff old.yaml new.yaml",
    "schema": "handraise schema --out definition.schema.json",
    "score": f"handraise score saas.yaml {EXAMPLE_FILES} --as-of 2026-10-01T00:00Z --out scores.parquet",
    "explain": f"handraise explain saas.yaml L00042 {EXAMPLE_FILES}",
    "lift": f"handraise lift saas.yaml {EXAMPLE_FILES} --outcomes outcomes.csv --out lift.html",
    "backtest": f"handraise backtest candidate.yaml --against saas.yaml {EXAMPLE_FILES} "
    "--outcomes outcomes.csv --out backtest",
    "learn": f"handraise learn {EXAMPLE_FILES} --outcomes outcomes.csv --target accepted --out learned.yaml "
    "--report learned.html",
    "threshold": f"handraise threshold saas.yaml {EXAMPLE_FILES} --outcomes outcomes.csv --out "
    "threshold.html",
    "health": "handraise health --leads leads.csv --outcomes outcomes.csv --out health.html",
    "drift": f"handraise drift saas.yaml {EXAMPLE_FILES} --outcomes outcomes.csv --out drift.html",
    "example": "handraise example --out example --leads 2000 --seed 1",
    "demo": "handraise demo",
    "up": "handraise up",
    "web": "handraise web --port 8484",
    "worker": "handraise worker",
    "migrate": "handraise migrate",
    "export": "handraise export history",
    "backup": "handraise backup backups/2026-10-01",
    "restore": "HANDRAISE_FOLDER=new handraise restore backups/2026-10-01",
    "doctor": "handraise doctor",
    "settings": "handraise settings",
    "definition publish": "handraise definition publish saas.yaml "
    "--signed-marketing Ada --signed-sales Ben --live",
    "definition list": "handraise definition list",
    "definition show": "handraise definition show 3",
    "definition history": "handraise definition history SaaS",
    "definition sign": "handraise definition sign 3 --signed-sales Ben",
    "definition go-live": "handraise definition go-live 3",
    "definition roll-back": "handraise definition roll-back SaaS --reason 'too many'",
    "review": "handraise review --quarter 2026-Q3 --look --out review.pdf",
    "lead show": "handraise lead show ann@acme.example",
    "leads import": "handraise leads import leads.csv --dry-run --errors wrong.csv",
    "leads undo": "handraise leads undo 4",
    "leads imports": "handraise leads imports",
    "spend import": "handraise spend import google-ads.csv --source google --dry-run --errors wrong.csv",
    "spend undo": "handraise spend undo 5",
    "spend imports": "handraise spend imports",
    "audiences list": "handraise audiences list",
    "audiences count": "handraise audiences count 'Spring campaign'",
    "audiences export": "handraise audiences export 'Spring campaign' spring.csv",
    "members add": "handraise members add ben@acme.example --name Ben --role sales",
    "members list": "handraise members list",
    "members reset-password": "handraise members reset-password ben@acme.example",
    "sources add": "handraise sources add Website --kind browser --origin https://acme.example",
    "sources list": "handraise sources list",
    "sources rotate": "handraise sources rotate 2",
    "sources revoke": "handraise sources revoke 2",
    "bots mark": 'handraise bots mark --ip 192.0.2.9 --reason "our own monitoring"',
    "bots unmark": "handraise bots unmark --ip 192.0.2.9",
    "keys create": "handraise keys create dashboard --scope leads:read --role viewer",
    "keys list": "handraise keys list",
    "keys revoke": "handraise keys revoke 1",
    "replay": "handraise replay --quarantine",
    "audit verify": "handraise audit verify",
    "version": "handraise version",
}
SHORT: Final[dict[str, str]] = {
    "templates": "List the ready definitions.",
    "init": "Write one of them, to edit.",
    "check": "Find errors and doubts in a definition.",
    "document": "Write it as a page to read and sign.",
    "diff": "Say in words what changed between two.",
    "schema": "Print the schema, for editors.",
    "score": "Score every lead of a file.",
    "explain": "Explain one lead, line by line.",
    "lift": "Find what goes with winning.",
    "backtest": "Replay history under a changed definition.",
    "threshold": "Choose the bar from history.",
    "learn": "Learn points from history.",
    "health": "Find what is off.",
    "drift": "Find what has changed.",
    "example": "Write an invented company to try with.",
    "demo": "Watch the live product with an example company.",
    "up": "Start the live product.",
    "web": "Run its web server by itself.",
    "worker": "Run one of its workers.",
    "migrate": "Bring its database up to date.",
    "export": "Write the live base into files.",
    "backup": "Back up all that is known.",
    "restore": "Bring a backup back.",
    "doctor": "Find what is wrong with it.",
    "settings": "List its settings.",
    "definition": "Publish, sign, roll out and roll back.",
    "definition publish": "Publish a definition.",
    "definition list": "List what is published.",
    "definition show": "Print a version.",
    "definition history": "List what was live when.",
    "definition sign": "Sign a version.",
    "definition go-live": "Have a version act.",
    "definition roll-back": "Have the version before act again.",
    "review": "Look back at a quarter.",
    "lead": "Look at one lead.",
    "lead show": "Show a lead: score, hand-off, timeline.",
    "leads": "Import files, and undo that.",
    "leads import": "Import leads, accounts or events.",
    "leads undo": "Take an import back.",
    "leads imports": "List the imports.",
    "spend": "What marketing spent, from files.",
    "spend import": "Take in a file of sums.",
    "spend undo": "Take such an import back.",
    "spend imports": "List these imports.",
    "audiences": "Whom somebody means, counted and taken out.",
    "audiences list": "List the audiences.",
    "audiences count": "Count who is in one.",
    "audiences export": "Write who is in one into a file.",
    "members": "The people who work with it.",
    "members add": "Add a member.",
    "members list": "List the members.",
    "members reset-password": "Give a new first password.",
    "sources": "Places that send events, and their keys.",
    "sources add": "Add a source.",
    "sources list": "List the sources.",
    "sources rotate": "Give a source a new key.",
    "sources revoke": "Take nothing more from a source.",
    "bots": "Traffic that was no person's.",
    "bots mark": "Say that no person did it.",
    "bots unmark": "Take that back.",
    "keys": "API keys of programs.",
    "keys create": "Make an API key.",
    "keys list": "List the API keys.",
    "keys revoke": "Revoke an API key.",
    "replay": "Read calls in quarantine again.",
    "audit": "The audit log.",
    "audit verify": "Check that nobody changed it.",
    "version": "Print the version.",
}
COMMANDS: Final[dict[str, Callable[..., Any]]] = {
    "templates": templates.templates,
    "init": templates.init,
    "check": check.check,
    "document": document.document,
    "diff": diff.diff,
    "schema": schema.schema,
    "score": score.score,
    "explain": explain.explain,
    "lift": lift.lift,
    "backtest": backtest.backtest,
    "threshold": threshold.threshold,
    "learn": learn.learn,
    "health": health.health,
    "drift": drift.drift,
    "example": example.example,
    "demo": demo.demo,
    "up": up.up,
    "web": web.web,
    "worker": worker.worker,
    "migrate": migrate.migrate,
    "export": export.export,
    "backup": backup.backup,
    "restore": backup.restore,
    "doctor": doctor.doctor,
    "settings": settings.settings,
    "definition publish": publish.publish,
    "definition list": publish.listed,
    "definition show": publish.show,
    "definition history": publish.history,
    "definition sign": publish.sign,
    "definition go-live": publish.go_live,
    "definition roll-back": publish.roll_back,
    "review": review.review,
    "lead show": lead.show,
    "leads import": leads.load,
    "leads undo": leads.undo,
    "leads imports": leads.imports,
    "spend import": spend.load,
    "spend undo": spend.undo,
    "spend imports": spend.imports,
    "audiences list": audiences.listed,
    "audiences count": audiences.count,
    "audiences export": audiences.export,
    "members add": members.add,
    "members list": members.listed,
    "members reset-password": members.reset_password,
    "sources add": keys.add_source,
    "sources list": keys.sources,
    "sources rotate": keys.rotate_source,
    "sources revoke": keys.revoke_source,
    "bots mark": bots.mark,
    "bots unmark": bots.unmark,
    "keys create": keys.create,
    "keys list": keys.listed,
    "keys revoke": keys.revoke,
    "replay": replay.replay,
    "audit verify": audit.verify,
    "version": version.version,
}
_groups: dict[str, typer.Typer] = {"": app}
for _name, _command in COMMANDS.items():
    _group, _, _own = _name.rpartition(" ")
    if _group not in _groups:
        _groups[_group] = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=SHORT[_group])
        app.add_typer(_groups[_group], name=_group, short_help=SHORT[_group])
    _groups[_group].command(_own, short_help=SHORT[_name], epilog=f"Example: {EXAMPLES[_name]}")(_command)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code. Errors are sentences on standard error, not tracebacks."""
    try:
        return _run(arguments)
    except BrokenPipeError:
        _close_quietly()
        return FINE
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(arguments: Sequence[str] | None) -> int:
    from handraise.cli import output
    from handraise.cli.definitions import DefinitionUnreadable

    try:
        code = app(
            args=list(arguments) if arguments is not None else None,
            prog_name="handraise",
            standalone_mode=False,
        )
        sys.stdout.flush()
    except DefinitionUnreadable as invalid:
        output.show_problems(invalid.problems, invalid.source, invalid.text, stderr=True)
        return WRONG_INPUT
    except HandraiseError as error:
        output.error(str(error))
        return WRONG_INPUT
    except typer.TyperException as usage:
        output.error(_usage_words(usage))
        return WRONG_INPUT
    except (BrokenPipeError, KeyboardInterrupt):
        raise
    except typer.Abort:
        return INTERRUPTED
    except Exception as fault:
        output.error(
            f"this is a fault of ours ({type(fault).__name__}: {fault}); please report it with the command "
            "you gave. `python -X dev -m handraise` shows where it happened."
        )
        if sys.flags.dev_mode:
            raise
        return OUR_FAULT
    return code if isinstance(code, int) else FINE


def _usage_words(usage: typer.TyperException) -> str:
    context = getattr(usage, "ctx", None)
    hint = f"; see `{context.command_path} --help`" if context is not None else ""
    message = usage.format_message().strip()
    return (message.removesuffix(".") or "no command given") + hint


def _close_quietly() -> None:
    """Whoever read our output has gone: say nothing more, not even at exit."""
    import os

    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main() -> None:
    """The entry point of the `handraise` command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal with few letters gets its answer too
    sys.exit(run())
