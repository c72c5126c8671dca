"""Outgoing URLs: no form of a private address gets a connection, good public ones do."""

from contextlib import suppress
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handraise.connect.addresses import AddressRefused, AddressRules, destination, is_public
from handraise.connect.pinned import Outgoing
from handraise.connect.ports import Permanent, Temporary
from tests.connect.receivers import NO_TRUST, RecordingBackend

NAMES = {
    "localhost": ["127.0.0.1", "::1"],
    "metadata.google.internal": ["169.254.169.254"],
    "127.0.0.1.nip.example": ["127.0.0.1"],
    "ten.example": ["10.1.2.3"],
    "ula.example": ["fd00:ec2::254"],
    "linklocal.example": ["fe80::1%eth0"],
    "mapped.example": ["::ffff:192.168.0.1"],
    "nat64.example": ["64:ff9b::a9fe:a9fe"],
    "half.example": ["93.184.216.34", "10.0.0.1"],
    "half-v6.example": ["2606:2800:220:1::1", "::1"],
    "nonsense.example": ["not-an-address"],
    "intranet": ["192.168.1.7"],
    "hooks.example": ["93.184.216.34"],
    "hooks6.example": ["2606:2800:220:1:248:1893:25c8:1946"],
    "both.example": ["93.184.216.34", "2606:2800:220:1::1"],
    "xn--bcher-kva.example": ["93.184.216.35"],
    "dns64.example": ["64:ff9b::5db8:d822"],
    "under_score.example": ["93.184.216.36"],
}

REFUSED = [
    # IPv4 as people write it
    "https://127.0.0.1/",
    "https://127.255.255.254/",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://172.31.255.255/",
    "https://192.168.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/",
    "https://100.100.100.200/",
    "https://0.0.0.0/",
    "https://0.1.2.3/",
    "https://192.0.0.192/",
    "https://192.0.2.1/",
    "https://198.51.100.7/",
    "https://203.0.113.9/",
    "https://198.18.0.1/",
    "https://198.19.255.255/",
    "https://192.88.99.1/",
    "https://168.63.129.16/",
    "https://224.0.0.1/",
    "https://239.255.255.255/",
    "https://240.0.0.1/",
    "https://255.255.255.255/",
    # the same in other bases, shapes and scripts
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0X7F.1/",
    "https://017700000001/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "https://127.0.1/",
    "https://0/",
    "https://0x/",
    "https://0x0/",
    "https://127.0.0.1./",
    "https://0x7f.0x0.0x0.0x1/",
    "https://00000000177.0.0.1/",
    "https://127.0.0.0x1/",
    "https://3232235521/",
    "https://2852039166/",
    "https://１２７.0.0.1/",
    "https://①②⑦.⓪.⓪.①/",
    "https://127。0。0。1/",
    "https://127．0．0．1/",
    "https://𝟙𝟚𝟟.0.0.1/",
    "https://٣.example:443@127.0.0.1/",
    "https://127.0.0.256/",
    "https://1.2.3.4.5/",
    "https://4294967296/",
    "https://127.0.0.08/",
    # IPv6 and what it carries
    "https://[::1]/",
    "https://[::]/",
    "https://[0:0:0:0:0:0:0:1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::ffff:a9fe:a9fe]/",
    "https://[::127.0.0.1]/",
    "https://[::8.8.8.8]/",
    "https://[::ffff:0:127.0.0.1]/",
    "https://[64:ff9b::127.0.0.1]/",
    "https://[64:ff9b::a9fe:a9fe]/",
    "https://[64:ff9b:1::7f00:1]/",
    "https://[64:ff9b:1::808:808]/",
    "https://[2002:7f00:1::]/",
    "https://[2002:808:808::1]/",
    "https://[2001:0:7f00:1::]/",
    "https://[2001:db8::1]/",
    "https://[2001:2::1]/",
    "https://[2001:20::1]/",
    "https://[3fff::1]/",
    "https://[fe80::1]/",
    "https://[fe80::1%25eth0]/",
    "https://[fec0::1]/",
    "https://[fc00::1]/",
    "https://[fd00:ec2::254]/",
    "https://[ff02::1]/",
    "https://[100::1]/",
    "https://[2606:2800:220:1:0:5efe:7f00:1]/",
    "https://[5f00::1]/",
    "https://[v1.fe80]/",
    "https://[::1/",
    "https://[2606:4700:4700::1111].ten.example/",
    "https://[2606:4700:4700::1111]ten.example:443/",
    # names
    "https://localhost/",
    "https://LOCALHOST/",
    "https://ⓛocalhost/",
    "https://localhost./",
    "https://metadata.google.internal/computeMetadata/v1/",
    "https://127.0.0.1.nip.example/",
    "https://ten.example/",
    "https://ula.example/",
    "https://linklocal.example/",
    "https://mapped.example/",
    "https://nat64.example/",
    "https://half.example/",
    "https://half-v6.example/",
    "https://nonsense.example/",
    "https://intranet/",
    # what is wrong with the URL itself
    "http://hooks.example/",
    "ftp://hooks.example/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_INFO",
    "javascript:alert(1)",
    "//hooks.example/",
    "hooks.example/in",
    "",
    "https://",
    "https:///in",
    "https://user@hooks.example/",
    "https://user:secret@hooks.example/",
    "https://hooks.example@127.0.0.1/",
    "https://127.0.0.1\\@hooks.example/",
    "https://hooks.example\\.ten.example/",
    "https://hooks.example:22/",
    "https://hooks.example:0/",
    "https://hooks.example:99999/",
    "https://hooks.example:80/",
    "https://hooks.example:https/",
    "https://hooks%2eexample/",
    "https://hooks.example%00.ten.example/",
    "https://hooks.example\r\nHost: ten.example/",
    "https://hooks .example/",
    " https://hooks.example/",
    "https://hooks.example/\ud800",
    "https://hooks．example／@ten.example/",
    "https://-.-/",
    "https://a..b/",
    "https://" + "a" * 64 + ".example/",
    "https://hooks.example/" + "a" * 2048,
]

ALLOWED = {
    "https://hooks.example/": ("93.184.216.34", 443),
    "https://HOOKS.example./in?a=1#part": ("93.184.216.34", 443),
    "HTTPS://hooks.example": ("93.184.216.34", 443),
    "https://hooks.example:8443/in": ("93.184.216.34", 8443),
    "https://hooks6.example/": ("2606:2800:220:1:248:1893:25c8:1946", 443),
    "https://both.example/": ("93.184.216.34", 443),
    "https://bücher.example/": ("93.184.216.35", 443),
    "https://BÜCHER.example/": ("93.184.216.35", 443),
    "https://ｈooks。example/": ("93.184.216.34", 443),
    "https://dns64.example/": ("64:ff9b::5db8:d822", 443),
    "https://8.8.8.8/": ("8.8.8.8", 443),
    "https://134744072/": ("8.8.8.8", 443),
    "https://[2606:4700:4700::1111]/": ("2606:4700:4700::1111", 443),
    "https://[::ffff:8.8.8.8]/": ("::ffff:808:808", 443),
    "https://under_score.example/?q=ü ü".replace(" ", ""): ("93.184.216.36", 443),
}


def names(host: str, port: int) -> list[str]:
    """The answers of NAMES, and for an address itself, as the system's resolver does."""
    if host in NAMES:
        return NAMES[host]
    return [str(ip_address(host))]


def tried(url: str, rules: AddressRules | None = None) -> tuple[list[tuple[str, int]], Exception | None]:
    backend = RecordingBackend()
    outgoing = Outgoing(rules or AddressRules(), resolver=names, trust=NO_TRUST, backend=backend)
    try:
        outgoing.post(url, b"{}", {})
    except (Permanent, Temporary) as error:
        return backend.connections, error
    return backend.connections, None


@pytest.mark.parametrize("url", REFUSED)
def test_a_url_that_could_reach_inside_gets_no_connection(url: str) -> None:
    connections, error = tried(url)
    assert connections == []
    assert isinstance(error, AddressRefused)


@pytest.mark.parametrize(("url", "connected"), ALLOWED.items())
def test_a_public_url_is_connected_at_its_checked_address(url: str, connected: tuple[str, int]) -> None:
    connections, error = tried(url)
    assert connections[0] == connected
    assert isinstance(error, Temporary)


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(set(REFUSED)) >= 60
    assert len(ALLOWED) >= 10


def test_a_name_that_cannot_be_found_is_tried_again_later() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    with pytest.raises(Temporary, match="could not be resolved"):
        Outgoing(resolver=unknown, trust=NO_TRUST, backend=RecordingBackend()).post(
            "https://gone.example/", b"", {}
        )


def test_a_private_network_is_called_only_when_it_is_allowed() -> None:
    rules = AddressRules.with_private("10.1.0.0/16")
    assert tried("http://ten.example:5678/", rules)[0] == [("10.1.2.3", 5678)]
    assert tried("http://10.1.9.9/", rules)[0] == [("10.1.9.9", 80)]
    assert tried("http://10.2.0.1/", rules)[0] == []
    assert tried("http://localhost/", rules)[0] == []


def test_an_allowed_private_network_stays_closed_inside_transition_addresses() -> None:
    rules = AddressRules.with_private("10.0.0.0/8")
    assert tried("https://[2002:a00:1::]/", rules)[0] == []
    assert tried("https://[::10.0.0.1]/", rules)[0] == []


def test_http_is_allowed_when_the_rules_say_so_and_private_places_stay_closed() -> None:
    rules = AddressRules(allow_http=True)
    assert tried("http://hooks.example/", rules)[0] == [("93.184.216.34", 80)]
    assert tried("http://127.0.0.1/", rules)[0] == []


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://hooks.example", "/"),
        ("https://hooks.example?a=b", "/?a=b"),
        ("https://hooks.example/ü/%2e%2e?q=ä", "/%C3%BC/%2e%2e?q=%C3%A4"),
        ("https://hooks.example/a#secret", "/a"),
    ],
)
def test_the_target_is_ascii_and_keeps_its_escapes(url: str, target: str) -> None:
    assert destination(url).target == target


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    for url in (text, f"https://{text}/", f"https://{text}"):
        with suppress(AddressRefused):
            assert destination(url).host.isascii()


@given(st.integers(0, 2**32 - 1))
def test_one_ipv4_address_is_judged_alike_in_every_form(number: int) -> None:
    plain = str(ip_address(number))
    forms = [plain, str(number), hex(number), f"0{number:o}", f"[::ffff:{plain}]", f"[64:ff9b::{plain}]"]
    for form in forms:
        if is_public(ip_address(number)):
            destination(f"https://{form}/")
        else:
            with pytest.raises(AddressRefused):
                destination(f"https://{form}/")


@given(st.ip_addresses(v=6))
def test_an_ipv6_address_we_call_public_is_public_for_the_library_too(address: object) -> None:
    judged = ip_address(str(address))
    if is_public(judged) and not str(judged).startswith(("64:ff9b::", "::ffff:")):
        assert judged.is_global
