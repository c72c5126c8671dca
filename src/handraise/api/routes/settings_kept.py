"""Settings that an administrator sets while the product runs."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, JsonValue

from handraise.http.callers import Call, needs, resource
from handraise.http.paging import Page
from handraise.store.settings_kept import all_kept, keep, kept

router = resource("/settings-kept")


class Setting(BaseModel):
    """A setting with the value that holds; `set_at` is null for a default."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    value: JsonValue
    meaning: str
    set_at: datetime | None
    set_by: str | None


class Value(BaseModel, extra="forbid"):
    """What to set it to."""

    value: JsonValue


@router.get("")
def list_settings(call: Annotated[Call, needs("settings:read")]) -> Page[Setting]:
    """Every setting with what holds."""
    return Page(items=[Setting.model_validate(one) for one in all_kept(call.connection)], next=None)


@router.put("/{name}")
def set_setting(call: Annotated[Call, needs("settings:write")], name: str, given: Value) -> Value:
    """Set a setting."""
    keep(call.connection, name, given.value, call.by, call.now)
    call.record("setting.set", "setting", {"name": name})
    return Value(value=kept(call.connection, name))
