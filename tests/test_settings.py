"""Settings come from the environment, are named when they are wrong, and never show a secret."""

import pytest

from handraise.settings import Settings, SettingsInvalid, read_settings, reference


def test_a_setting_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDRAISE_PORT", "9000")
    assert read_settings().port == 9000


def test_what_is_given_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDRAISE_PORT", "9000")
    assert read_settings(port=9001).port == 9001


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDRAISE_SMTP_HOST", "")
    assert read_settings().smtp_host is None


def test_every_wrong_setting_is_named_at_once() -> None:
    with pytest.raises(SettingsInvalid) as found:
        read_settings(port=-1, smtp_security="maybe", public_url="example.com")
    assert {line.split(":")[0] for line in str(found.value).splitlines()} == {
        "HANDRAISE_PORT",
        "HANDRAISE_SMTP_SECURITY",
        "HANDRAISE_PUBLIC_URL",
    }


def test_an_error_never_shows_the_secret_that_was_given() -> None:
    with pytest.raises(SettingsInvalid) as found:
        read_settings(database_url="mysql://somebody:canary-7f3a@host/name", secret_key="canary-7f3a")
    assert "canary-7f3a" not in str(found.value)


def test_secrets_are_not_printed() -> None:
    settings = read_settings(smtp_password="canary-7f3a")
    assert "canary-7f3a" not in repr(settings)
    assert "canary-7f3a" not in settings.model_dump_json()


def test_every_setting_says_what_it_is_for() -> None:
    rows = reference()
    assert {row.variable for row in rows} == {f"HANDRAISE_{name.upper()}" for name in Settings.model_fields}
    assert all(row.meaning and row.kind for row in rows)


@pytest.mark.parametrize(
    ("given", "shown"), [({}, "http://127.0.0.1:8484"), ({"public_url": "https://q.test/"}, "https://q.test")]
)
def test_people_reach_the_product_at_its_public_address(given: dict[str, str], shown: str) -> None:
    assert read_settings(**given).address == shown
