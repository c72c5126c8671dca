"""Files of what marketing spent: exports of networks, sheets of one's own, and what is wrong in them."""

import csv
import io
import re
from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handraise.core.errors import InputInvalid
from handraise.core.spend import PARTS, Spent
from handraise.core.words import GERMAN
from handraise.files.spend import NAMES, Reading, columns_of, read_spend
from handraise.files.tables import decoded, wrong_rows
from tests.docs.pages import DOCS

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
HEAD = "month,source,campaign,amount,currency\n"
GOOGLE = """Campaign report
"March 1, 2026 - April 30, 2026"
Campaign status,Campaign,Month,Currency code,Clicks,Cost
Enabled,Brand | DE,2026-03-01,EUR,"1,204","1,234.50"
Paused,Generic,2026-04-01,EUR,0,0.00
Total: Campaigns, --, --,EUR,"1,204","1,234.50"
Total: Account, --, --,EUR,"1,204","1,234.50"
"""
LINKEDIN = (
    "Campaign Performance Report (in UTC)\nReport Start: March 1, 2026, 12:00 AM\n"
    "Report End: March 31, 2026, 11:59 PM\nDate Generated: April 2, 2026, 9:15 AM\n\n"
    "Start Date (in UTC)\tAccount Name\tCurrency\tCampaign Group Name\tCampaign Name\tTotal Spent\n"
    "3/1/2026\tAcme\tUSD\tGroup A\tABM\t10.004\n3/14/2026\tAcme\tUSD\tGroup A\tABM\t10.004\n"
    "3/14/2026\tAcme\tUSD\tGroup A\tLead gen\t1,000.10\n"
)
META = """Campaign name,Month,Reporting starts,Reporting ends,Amount spent (EUR),Results
,2026-03-01 - 2026-03-31,2026-03-01,2026-03-31,30.5,7
Retargeting,2026-03-01 - 2026-03-31,2026-03-01,2026-03-31,10.25,3
Lookalike,2026-03-01 - 2026-03-31,2026-03-01,2026-03-31,20.25,4
"""
FINANCE = """Monat;Kanal;Kampagne;Betrag;Kommentar
Mrz 26;Messe;Hannover;1.234,50 €;
04/2026;Webinar;;£ 99;bezahlt
"""


def test_an_export_of_google_ads_is_read_as_it_is() -> None:
    found = read_spend(GOOGLE, Reading(given={"source": "google"}))
    assert found.columns == {
        "Month": "month", "Campaign": "campaign", "Cost": "amount", "Currency code": "currency"
    }  # fmt: skip
    assert found.spent == (
        Spent(MARCH, "google", "Brand | DE", "EUR", 123_450),
        Spent(APRIL, "google", "Generic", "EUR", 0),
    )
    assert (found.rows, found.totals, found.wrong) == (4, 2, ())


def test_an_export_by_day_of_linkedin_is_added_up_where_that_is_said_and_cents_are_rounded_once() -> None:
    text = decoded(LINKEDIN.encode("utf-16"))
    found = read_spend(text, Reading(given={"source": "linkedin"}, adds_up=True))
    assert found.spent == (
        Spent(MARCH, "linkedin", "ABM", "USD", 2_001),
        Spent(MARCH, "linkedin", "Lead gen", "USD", 100_010),
    )
    apart = read_spend(text, Reading(given={"source": "linkedin"}))
    assert [(one.line, one.problem.split(";")[0]) for one in apart.wrong] == [
        (8, "line 7 has the same month, channel, campaign and currency")
    ]


def test_a_total_without_a_name_in_an_export_of_meta_is_not_counted_beside_its_campaigns() -> None:
    found = read_spend(META, Reading(given={"source": "meta"}))
    assert [(one.campaign, one.amount_cents, one.currency) for one in found.spent] == [
        ("Retargeting", 1_025, "EUR"), ("Lookalike", 2_025, "EUR")
    ]  # fmt: skip
    assert [(one.line, "what the campaigns" in one.problem) for one in found.wrong] == [(2, True)]


def test_a_sheet_of_finance_is_read_with_its_commas_and_signs() -> None:
    found = read_spend(decoded(FINANCE.encode("cp1252"), "cp1252"))
    assert found.spent == (
        Spent(MARCH, "Messe", "Hannover", "EUR", 123_450),
        Spent(APRIL, "Webinar", "", "GBP", 9_900),
    )


def test_what_no_row_says_can_be_given_and_what_a_row_says_counts_before_it() -> None:
    text = "Quelle,Kosten,Währung\nwebinar,5,\n,7,USD\n"
    found = read_spend(text, Reading(given={"month": "2026-03", "source": "other", "currency": "EUR"}))
    assert found.spent == (Spent(MARCH, "webinar", "", "EUR", 500), Spent(MARCH, "other", "", "USD", 700))


def test_a_column_is_what_is_said_of_it() -> None:
    header = ["Datum", "Cost", "Cost (net)", "Platform"]
    assert columns_of(header, {"Cost (net)": "amount", "Platform": ""}) == {
        "Cost (net)": "amount", "Datum": "month"
    }  # fmt: skip
    for said, why in (({"Cost": "price"}, "no part"), ({"Costs": "amount"}, "no column `Costs`")):
        with pytest.raises(InputInvalid, match=why):
            columns_of(header, said)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (",a,,1,EUR", "the month is missing"), ("soon,a,,1,EUR", "no month"),
        ("2026-03,a,,--,EUR", "the amount"), ("2026-03,a,,much,EUR", "no amount"),
        ("2026-03,a,,-5,EUR", "below zero"), ("2026-03,a,,(5),EUR", "below zero"),
        ("2026-03,a,,1234567890123,EUR", "no amount"), ("2026-03,a,,1,", "the currency is missing"),
        ("2026-03,a,,$1,", "several currencies"), ("2026-03,a,,1,kr", "several currencies"),
        ("2026-03,a,,1,Taler", "no currency"), ("2026-03,a,,€1,USD", "is not in USD"),
        ("2026-03,,,1,EUR", "the channel"),
        ("2026-03," + "x" * 201 + ",,1,EUR", "200 letters"), ('2026-03,"a\nb",,1,EUR', "one line"),
    ],
    ids=lambda given: given[:40],
)  # fmt: skip
def test_a_row_that_cannot_be_taken_says_why_and_hinders_no_other(row: str, why: str) -> None:
    found = read_spend(f"{HEAD}{row}\n2026-04,b,,2,EUR\n")
    assert [(one.line, why in one.problem) for one in found.wrong] == [(2, True)]
    assert found.spent == (Spent(APRIL, "b", "", "EUR", 200),)
    assert GERMAN.retold(found.wrong[0].problem) != found.wrong[0].problem


def test_a_sign_of_several_currencies_means_the_one_that_is_given() -> None:
    text = "month,source,amount\n2026-03,a,$1\n2026-03,b,€1\n"
    found = read_spend(text, Reading(given={"currency": "cad"}))
    assert [one.currency for one in found.spent] == ["CAD", "EUR"]


def test_rows_that_were_mended_are_taken_as_those_of_the_file_would_have_been() -> None:
    wrong = GOOGLE.replace("2026-03-01", "soon").replace("2026-04-01", "later").replace("Brand |", "=Brand |")
    first = read_spend(wrong, Reading(given={"source": "google"}))
    assert first.spent == ()
    mended = wrong_rows(first.wrong).replace("soon", "2026-03").replace("later", "2026-04")
    found = read_spend(mended)
    assert found.wrong == ()
    assert [(one.month, one.campaign, one.amount_cents) for one in found.spent] == [
        (MARCH, "=Brand | DE", 123_450), (APRIL, "Generic", 0)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("\n\n", "empty"),
        ("month,source\n2026-03,a\n", "no column is the amount"),
        ("Betrag,Währung\n1,EUR\n", "no column is the month"),
        (HEAD, "no rows"),
        (HEAD + f'2026-03,"{"x" * 140_000}",,1,EUR\n', "no CSV"),
        (HEAD + "3/1/2026,a,,1,EUR\n", "the day or the month"),
        (HEAD + '2026-03,a,,"1,200",EUR\n', "a point or a comma"),
    ],
    ids=["nothing", "blank", "no amount", "no month", "no rows", "long cell", "dates", "sums"],
)
def test_a_file_that_does_not_tell_says_why(text: str, why: str) -> None:
    with pytest.raises(InputInvalid, match=why):
        read_spend(text)


def test_what_is_said_of_dates_and_sums_counts() -> None:
    text = HEAD + '3/4/2026,a,,"1,200",EUR\n'
    assert read_spend(text, Reading(first="month", mark="point")).spent[0] == Spent(
        MARCH, "a", "", "EUR", 120_000
    )
    assert read_spend(text, Reading(first="day", mark="comma")).spent[0] == Spent(APRIL, "a", "", "EUR", 120)


def test_rows_whose_sum_is_too_much_are_not_taken() -> None:
    text = HEAD + "2026-03,a,,900000000000,EUR\n" * 2
    found = read_spend(text, Reading(adds_up=True))
    assert (found.spent, [one.line for one in found.wrong]) == ((), [2, 3])


@pytest.mark.parametrize("part", PARTS)
def test_each_name_of_a_column_is_documented(part: str) -> None:
    page = (DOCS / "reference" / "files.md").read_text(encoding="utf-8")
    assert re.search(rf"^\| `{part}` \| (yes|no) \| {', '.join(NAMES[part])}[;| ]", page, re.MULTILINE)


names = st.text("abc =+'|,;\"", min_size=1, max_size=8).filter(
    lambda name: name.strip() == name and not name.startswith("'")  # that mark guards cells of ours
)


@given(
    st.dictionaries(
        st.tuples(st.dates(date(2020, 1, 1), date(2030, 1, 1)).map(lambda day: day.replace(day=1)), names),
        st.integers(1, 10**9),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(",;\t"),
    st.booleans(),
)
def test_what_is_written_is_read_and_nothing_is_lost(
    sums: dict[tuple[date, str], int], delimiter: str, is_german: bool
) -> None:
    out = io.StringIO()
    rows = csv.writer(out, delimiter=delimiter)
    rows.writerow(["Month", "Channel", "Cost", "Currency"])
    for (month, source), cents in sums.items():
        amount = f"{Decimal(cents) / 100:,.2f}"
        if is_german:
            amount = amount.translate(str.maketrans(",.", ".,"))
        rows.writerow([f"{month:%Y-%m}", source, amount, "EUR"])
    found = read_spend(out.getvalue())
    assert found.wrong == ()
    assert {(one.month, one.source): one.amount_cents for one in found.spent} == {
        (month, source): cents for (month, source), cents in sums.items()
    }


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_with_words(text: str) -> None:
    with suppress(InputInvalid):
        read_spend(text, Reading(given={"month": "2026-03", "source": "a", "currency": "EUR"}))
