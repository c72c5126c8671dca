"""Mail against real servers on loopback."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from handraise.connect.ports import DeliveryFailed, Mail, Mailer, Permanent, Temporary
from handraise.connect.smtp import SmtpMailer, SmtpServer, message_of
from tests.connect.postboxes import parrot, postbox
from tests.connect.receivers import certified

pytestmark = pytest.mark.enable_socket

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def mail(**changed: Any) -> Mail:
    told: dict[str, Any] = {
        "delivery_id": "d-1",
        "to": "jo@acme.example",
        "subject": "Hello",
        "text": "Hi Zoë.\n",
        "date": AT,
    }
    return Mail(**told | changed)


def mailer(port: int, **changed: Any) -> Mailer:
    told: dict[str, Any] = {
        "host": "127.0.0.1",
        "sender": "desk@example.com",
        "sender_name": "Desk, the",
        "port": port,
        "security": "plain",
        "timeout": timedelta(seconds=5),
    }
    return SmtpMailer(SmtpServer(**told | changed))


def refusal(**answers: str) -> DeliveryFailed:
    with parrot(**answers) as port, pytest.raises(DeliveryFailed) as failed:
        mailer(port).send(mail())
    return failed.value


def test_a_mail_arrives_as_text_and_html() -> None:
    with postbox() as box:
        receipt = mailer(box.port).send(mail(html="<p>Hi Zoë.</p>", reply_to="ae@example.com"))
    [got] = box.mails
    assert receipt.status == 250
    assert box.envelopes[0].mail_from == "desk@example.com"
    assert box.envelopes[0].rcpt_tos == ["jo@acme.example"]
    assert [part.get_content_type() for part in got.iter_parts()] == ["text/plain", "text/html"]
    assert [part.get_content().strip() for part in got.iter_parts()] == ["Hi Zoë.", "<p>Hi Zoë.</p>"]
    assert (got["From"], got["To"]) == ('"Desk, the" <desk@example.com>', "jo@acme.example")
    assert (got["Reply-To"], got["Auto-Submitted"]) == ("ae@example.com", "auto-generated")
    assert got["Date"].datetime == AT


def test_every_attempt_has_the_same_message_id() -> None:
    with postbox() as box:
        mailer(box.port).send(mail(delivery_id="a" * 80))
        mailer(box.port).send(mail(delivery_id="a" * 80))
    assert [got["Message-ID"] for got in box.mails] == [f"<{'a' * 80}@example.com>"] * 2


def test_a_long_link_to_unsubscribe_stays_one_piece() -> None:
    link = "https://example.com/u/" + "a" * 200
    with postbox() as box:
        mailer(box.port).send(mail(list_unsubscribe=link))
    assert f"List-Unsubscribe: <{link}>\r\n".encode() in box.raw()
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in box.raw()


@pytest.mark.parametrize(
    "subject",
    [
        "Zoë",
        "Ü" * 150,
        "plain words " * 12,
        "Abo actualités digitales 20 semaines d’abonnement à 24 heures, Tribune de Genève et tous les titres",
        "名前" * 60,
        "👋🏽" * 30,
        "=?utf-8?q?=0D=0ABcc=3A_all=40example.com?= x",
        "Due soon: javascript:alert(1), javascript:alert(1) at javascript:alert(1)",
    ],
)
def test_a_subject_comes_out_as_it_went_in(subject: str) -> None:
    with postbox() as box:
        mailer(box.port).send(mail(subject=subject.strip()))
    head = box.raw().split(b"\r\n\r\n")[0]
    assert all(len(line) <= 78 for line in head.split(b"\r\n"))
    assert b"?==?" not in head
    assert box.mails[0]["Subject"] == subject.strip().replace("=?", "= ?")


def test_lines_of_a_single_dot_and_long_lines_survive() -> None:
    text = ".\n..\nFrom here\n" + "x" * 2000 + "\n"
    with postbox() as box:
        mailer(box.port).send(mail(text=text))
    assert box.mails[0].get_content().replace("\r\n", "\n") == text
    assert all(len(line) <= 998 for line in box.raw().split(b"\r\n"))


def test_what_no_charset_can_carry_is_replaced() -> None:
    with postbox() as box:
        mailer(box.port).send(mail(text="a\ud800b\n"))
    assert box.mails[0].get_content().strip() == "a?b"


@pytest.mark.parametrize("field", ["to", "subject", "delivery_id", "reply_to", "list_unsubscribe"])
@pytest.mark.parametrize("end", ["\r\nBcc: all@example.com", "\nX: y", "\r", "\x00", "\u2028", "\ud800"])
def test_a_header_with_a_line_break_is_refused(field: str, end: str) -> None:
    with pytest.raises(Permanent, match="line break"):
        mail(**{field: "jo@acme.example" + end})


@pytest.mark.parametrize("name", ["Bcc", "to", "Subject", "X Y", "X:", "", "Ü", "Content-Type"])
def test_a_further_header_cannot_change_where_the_mail_goes(name: str) -> None:
    with pytest.raises(Permanent, match="further mail header"):
        mail(headers={name: "all@example.com"})


def test_a_further_header_is_sent() -> None:
    assert message_of(mail(headers={"X-Handoff": "h-7"}), "desk@example.com")["X-Handoff"] == "h-7"


@pytest.mark.parametrize(
    "address",
    [
        *(
            "",
            "jo",
            "@acme.example",
            "jo@",
            "jo@acme.example, all@example.com",
            "jo@acme.example all@example.com",
        ),
        *("<jo@acme.example>", "Jo <jo@acme.example>", "jo@acme.example>", "a" * 300, "jo@ü..example"),
    ],
)
def test_what_is_not_one_address_is_refused_for_good(address: str) -> None:
    with pytest.raises(Permanent, match="not a mail address"):
        message_of(mail(to=address), "desk@example.com")


def test_a_domain_in_another_script_is_written_for_dns() -> None:
    assert message_of(mail(to="jo@bücher.example"), "desk@example.com")["To"] == "jo@xn--bcher-kva.example"


def test_a_date_without_a_zone_is_refused() -> None:
    with pytest.raises(Permanent, match="time zone"):
        mail(date=datetime(2026, 3, 2))  # noqa: DTZ001


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
@pytest.mark.parametrize(
    ("answer", "kind", "status"),
    [("451 later", Temporary, 451), ("421 busy", Temporary, 421), ("550 nobody", Permanent, 550)],
)
def test_4xx_is_tried_again_and_5xx_is_not(command: str, answer: str, kind: type, status: int) -> None:
    with postbox({command: answer}) as box, pytest.raises(DeliveryFailed) as failed:
        mailer(box.port).send(mail())
    assert type(failed.value) is kind
    assert failed.value.receipt.status == status
    assert box.envelopes == []


@pytest.mark.parametrize(
    "answers",
    [
        {"GREETING": ""},
        {"GREETING": "421 busy"},
        {"GREETING": "554 not from you"},
        {"EHLO": "421 no", "HELO": "421 no"},
        {"MAIL": ""},
        {"MAIL": "450 later"},
        {"RCPT": ""},
        {"DATA": "452 full"},
        {"TEXT": ""},
        {"TEXT": "451 later"},
    ],
)
def test_a_server_in_trouble_is_tried_again(answers: dict[str, str]) -> None:
    assert isinstance(refusal(**answers), Temporary)


@pytest.mark.parametrize("answers", [{"MAIL": "550 no"}, {"DATA": "554 no"}, {"TEXT": "552 too big"}])
def test_a_refused_mail_is_not_tried_again(answers: dict[str, str]) -> None:
    assert isinstance(refusal(**answers), Permanent)


@pytest.mark.parametrize("goodbye", ["", "500 what", "-"])
def test_an_accepted_mail_is_sent_however_the_goodbye_goes(goodbye: str) -> None:
    with parrot(QUIT=goodbye) as port:
        assert mailer(port, timeout=timedelta(milliseconds=300)).send(mail()).status == 250


def test_a_silent_server_is_given_up_after_the_time_out() -> None:
    with parrot(GREETING="-") as port, pytest.raises(Temporary):
        mailer(port, timeout=timedelta(milliseconds=100)).send(mail())


def test_a_closed_port_is_tried_again() -> None:
    with parrot() as port:
        pass
    with pytest.raises(Temporary):
        mailer(port).send(mail())


def test_an_answer_of_the_server_cannot_write_into_a_log() -> None:
    failed = refusal(RCPT="550 no\x1b[31m\tred")
    assert re.fullmatch(r"[ -~]+", str(failed))


def test_starttls_and_log_in(tmp_path: Path) -> None:
    keys = certified(tmp_path, "127.0.0.1")
    with postbox(tls=keys.server, login=True) as box:
        told = {"security": "starttls", "trust": keys.client, "username": "u", "password": "right"}
        mailer(box.port, **told).send(mail())
    assert box.secure == [True]
    assert box.logins == [(b"u", b"right")]


def test_tls_from_the_first_byte(tmp_path: Path) -> None:
    keys = certified(tmp_path, "127.0.0.1")
    with postbox(ssl_context=keys.server) as box:
        mailer(box.port, security="tls", trust=keys.client).send(mail())
    assert len(box.envelopes) == 1


def test_a_wrong_password_loses_no_mail_and_is_not_shown(tmp_path: Path) -> None:
    keys = certified(tmp_path, "127.0.0.1")
    told = {"security": "starttls", "trust": keys.client, "username": "u", "password": "canary-secret"}
    with postbox(tls=keys.server, login=True) as box, pytest.raises(Temporary) as failed:
        mailer(box.port, **told).send(mail())
    assert failed.value.receipt.status == 535
    assert "canary" not in str(failed.value)
    assert "canary" not in repr(SmtpServer("h", "a@b.example", password="canary-secret"))
    assert box.envelopes == []


def test_a_server_that_cannot_starttls_gets_neither_mail_nor_password() -> None:
    with postbox() as box, pytest.raises(Temporary):
        mailer(box.port, security="starttls", username="u", password="right").send(mail())
    assert box.envelopes == []
    assert box.logins == []


def test_a_certificate_of_somebody_else_gets_no_mail(tmp_path: Path) -> None:
    keys = certified(tmp_path, "mail.other.example")
    with postbox(tls=keys.server) as box, pytest.raises(Temporary):
        mailer(box.port, security="starttls", trust=keys.client).send(mail())
    assert box.envelopes == []


def test_an_address_beyond_ascii_goes_only_where_it_is_understood() -> None:
    with postbox(enable_SMTPUTF8=True) as box:
        mailer(box.port).send(mail(to="zoë@acme.example", subject="Zoë"))
    assert box.envelopes[0].rcpt_tos == ["zoë@acme.example"]
    with parrot() as port, pytest.raises(Permanent, match="ASCII"):
        mailer(port).send(mail(to="zoë@acme.example"))
