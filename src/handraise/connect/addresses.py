"""Where an outgoing call may go: the guard against URLs that would reach into our own network."""

import re
import socket
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import (
    AddressValueError,
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Final
from urllib.parse import quote, urlsplit

import idna

from handraise.connect.ports import Permanent, Temporary
from handraise.core.saying import Saying

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address
Resolver = Callable[[str, int], Sequence[str]]

LONGEST_URL: Final = 2048
_OWN_PORT: Final = {"https": 443, "http": 80}
_FORBIDDEN: Final = re.compile(r"[\s\x00-\x20\x7f-\x9f\\\ud800-\udfff\u2028\u2029]")
_HOST: Final = re.compile(r"(?=.{1,253}\Z)(?!-)[a-z0-9_-]{1,63}(?:\.(?!-)[a-z0-9_-]{1,63})*")
_BRACKETED: Final = re.compile(r"\[[0-9a-fA-F:.]+\](:[0-9]*)?")
_NUMBER: Final = re.compile(r"[0-9]+|0[xX][0-9a-fA-F]*")

_CLOSED_V4: Final = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT; some clouds keep their metadata here
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's host, public by number only
        "169.254.0.0/16",  # link-local; metadata of most clouds
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocol assignments; Oracle's metadata
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_OPEN_V6: Final = IPv6Network("2000::/3")
_CLOSED_V6: Final = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # Teredo, benchmarking, ORCHID and other protocol assignments
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: carries any IPv4 address inside
        "3fff::/20",  # documentation
    )
)
_MAPPED: Final = IPv6Network("::ffff:0:0/96")
_NAT64: Final = IPv6Network("64:ff9b::/96")
_ISATAP: Final = frozenset({0x00005EFE, 0x02005EFE})


class AddressRefused(Permanent):
    """The URL leads, or could lead, to a place that we do not call for others."""


@dataclass(frozen=True)
class AddressRules:
    """What an outgoing URL may be; without options: https to public addresses.

    Parameters
    ----------
    allow_http
        Whether `http://` will do.
    ports
        Ports allowed beside the scheme's own; None allows any.
    allow_private
        Networks that may be called although they are not public: for receivers beside a self-hosted install.
    """

    allow_http: bool = False
    ports: frozenset[int] | None = frozenset({8443})
    allow_private: frozenset[Network] = frozenset()

    @classmethod
    def with_private(cls, *networks: str, allow_http: bool = True) -> "AddressRules":
        """Rules under which these networks may be called, on any port."""
        allowed = frozenset(ip_network(text) for text in networks)
        return cls(allow_http=allow_http, ports=None, allow_private=allowed)


PUBLIC_ONLY: Final = AddressRules()


@dataclass(frozen=True)
class Destination:
    """A URL taken apart once, so that no second reader can understand it otherwise.

    `host` is ASCII in lower case, or an address in its usual form without brackets.
    """

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _OWN_PORT[self.scheme] else f"{host}:{self.port}"


def destination(url: str, rules: AddressRules = PUBLIC_ONLY) -> Destination:
    """Read an outgoing URL; an address written as a number in any base is judged here already.

    Raises
    ------
    AddressRefused
        When the URL is malformed, carries credentials, or its scheme, port or address is not allowed.

    Examples
    --------
    >>> destination("https://Hooks.Example.com/in?a=1")
    Destination(scheme='https', host='hooks.example.com', port=443, target='/in?a=1')
    >>> destination("https://0x7f.1/")
    Traceback (most recent call last):
    ...
    handraise.connect.addresses.AddressRefused: the address 127.0.0.1 is not public; give a public one
    """
    if len(url) > LONGEST_URL or _FORBIDDEN.search(url):
        raise AddressRefused(
            Saying("the URL is too long or holds a space, a backslash or a control character")
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused(Saying("the URL cannot be read; write it as https://host/path")) from None
    scheme = parts.scheme.lower()
    if scheme != "https" and not (scheme == "http" and rules.allow_http):
        raise AddressRefused(Saying("the URL must start with https://"))
    if "@" in parts.netloc:
        raise AddressRefused(Saying("the URL holds a user name or a password; remove it"))
    port = _OWN_PORT[scheme] if port is None else port
    if port == 0 or not (port == _OWN_PORT[scheme] or rules.ports is None or port in rules.ports):
        raise AddressRefused(Saying("port {port} is not allowed for outgoing calls", port=port))
    return Destination(scheme, _host(parts.netloc, parts.hostname or "", rules), port, _target(url))


def checked_addresses(host: str, port: int, rules: AddressRules, resolver: Resolver) -> tuple[str, ...]:
    """The addresses of a host, when every one of them may be called.

    Raises
    ------
    AddressRefused
        When any of them may not: a name with one public and one private address is a trick, or a mistake.
    Temporary
        When the name has no address now.
    """
    try:
        found = resolver(host, port)
    except (OSError, UnicodeError) as error:
        raise Temporary(f"the name {host} could not be resolved") from error
    if not found:
        raise Temporary(f"the name {host} has no address")
    return tuple(dict.fromkeys(str(_allowed(_resolved(text), rules)) for text in found))


def resolved(host: str, port: int) -> Sequence[str]:
    """The system's answer for a name, in its order of preference."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet, looking through IPv4 carried in IPv6.

    Examples
    --------
    >>> is_public(ip_address("8.8.8.8")), is_public(ip_address("::ffff:10.0.0.1"))
    (True, False)
    """
    inner = _carried(address)
    if isinstance(inner, IPv4Address):
        return not any(inner in network for network in _CLOSED_V4)
    is_open = inner in _OPEN_V6 and not any(inner in network for network in _CLOSED_V6)
    return is_open and (int(inner) >> 32) & 0xFFFFFFFF not in _ISATAP


def _allowed(address: Address, rules: AddressRules) -> Address:
    inner = _carried(address)
    if is_public(address) or any(
        each in network for each in (address, inner) for network in rules.allow_private
    ):
        return address
    raise AddressRefused(Saying("the address {address} is not public; give a public one", address=address))


def _carried(address: Address) -> Address:
    """The IPv4 address inside a mapped or NAT64 one: the two forms that working networks produce."""
    if isinstance(address, IPv6Address) and (address in _MAPPED or address in _NAT64):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _resolved(text: str) -> Address:
    try:
        return ip_address(text.partition("%")[0])
    except ValueError:
        raise AddressRefused(Saying("the resolver gave something that is not an address")) from None


def _host(netloc: str, written: str, rules: AddressRules) -> str:
    if netloc.startswith("["):
        try:
            address = IPv6Address(written if _BRACKETED.fullmatch(netloc) else "")
        except AddressValueError:
            raise AddressRefused(Saying("the IPv6 address in the URL cannot be read")) from None
        return str(_allowed(address, rules))
    host = _ascii_host(written)
    if _NUMBER.fullmatch(host.rsplit(".", 1)[-1]):
        return str(_allowed(_numeric(host), rules))
    return host


def _ascii_host(written: str) -> str:
    """The name as DNS knows it: full-width letters, circled digits and other scripts folded."""
    folded = unicodedata.normalize("NFKC", written).lower()
    try:
        host = folded if folded.isascii() else idna.encode(folded, uts46=True).decode()
    except idna.IDNAError:
        raise AddressRefused(Saying("the host in the URL is not a name that DNS can know")) from None
    host = host.removesuffix(".")
    if not _HOST.fullmatch(host):
        raise AddressRefused(Saying("the host in the URL is missing or holds a character that no name has"))
    return host


def _numeric(host: str) -> IPv4Address:
    """An IPv4 address in any form that the C library takes: `127.1`, `0x7f000001`, `2130706433`."""
    parts = host.split(".")
    if len(parts) > 4 or not all(_NUMBER.fullmatch(part) and len(part) <= 24 for part in parts):
        raise AddressRefused(Saying("the host in the URL ends in a number but is no address"))
    try:
        *front, last = (_in_its_base(part) for part in parts)
    except ValueError:
        raise AddressRefused(Saying("the address in the URL cannot be read")) from None
    if any(number > 255 for number in front) or last >= 256 ** (4 - len(front)):
        raise AddressRefused(Saying("the address in the URL is out of range"))
    return IPv4Address(sum(number << (24 - 8 * place) for place, number in enumerate(front)) + last)


def _in_its_base(part: str) -> int:
    if part[:2] in ("0x", "0X"):
        return int(part[2:] or "0", 16)
    return int(part, 8 if part[0] == "0" else 10)


def _target(url: str) -> str:
    parts = urlsplit(url)
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
    query = quote(parts.query, safe="/?%:@!$&'()*+,;=~[]")
    return f"{path}?{query}" if query else path
