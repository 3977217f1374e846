"""Which servers an address that somebody gave us may lead to: nobody looks around in a private network through us."""

import ipaddress
import socket

# Reachable, says Python, but they lead inside, to many at once, or nowhere.
_INSIDE = tuple(
    map(
        ipaddress.ip_network,
        ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "192.0.0.0/24", "192.88.99.0/24"),
    )
)


def resolved(host: str, port: int) -> list[str]:
    """The addresses of a server. Raises `OSError`, and `UnicodeError` for what is no name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(one[4][0]) for one in found]


def is_public(address: str) -> bool:
    """Whether an address is on the internet, open to everybody anyway."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    inside = any(found.version == net.version and found in net for net in _INSIDE)
    return found.is_global and not found.is_multicast and not inside
