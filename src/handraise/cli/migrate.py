"""`handraise migrate`: bring the database to this program's tables."""

from handraise.cli import output
from handraise.cli.options import Json
from handraise.core.errors import InputInvalid


def migrate(json: Json = False) -> None:
    """Bring the database to this program's tables. Doing it again changes nothing. Back up before."""
    from handraise.settings import read_settings
    from handraise.store import schema

    settings = read_settings()
    if settings.database_url is None:
        from handraise.cli.live import own_server

        with own_server(settings) as server:
            schema.create(server.address("handraise_owner", over_socket=True))
    elif settings.database_owner_url is None:
        raise InputInvalid(
            "HANDRAISE_DATABASE_OWNER_URL is not set: tables are made by the owner of the database, not by "
            "the role the application logs in as"
        )
    else:
        role = role_of(settings.database_url.get_secret_value())
        schema.create(settings.database_owner_url.get_secret_value(), app_role=role)
    version = schema.version_needed()
    output.document({"schema_version": version}) if json else output.say(
        f"The database is at schema version {version}."
    )


def role_of(url: str) -> str:
    """The role that an address logs in as.

    Examples
    --------
    >>> role_of("postgresql://handraise_app:secret@db/handraise")
    'handraise_app'
    """
    from handraise.store.schema import APP_ROLE, driver_url

    return driver_url(url).username or APP_ROLE
