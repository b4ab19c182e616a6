"""IP addresses as MediaWiki spells them in user pages. It must not know of titles or networks."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv6Address

_IPV4 = re.compile(r"(?:0*(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$|/)|(?=$|/))){4}(?:/(?:3[0-2]|[12]?\d))?", re.A)
_LEADING_ZEROS = re.compile(r"(^|(?<=\.))0+(?=[1-9]|0[./]|0$)", re.A)


def canonical_ip(name: str) -> str:
    """Return an IP address or range in MediaWiki's spelling, anything else as it is (IPUtils::sanitizeIP).

    `::1` → `0:0:0:0:0:0:0:1`, `2001:db8::/32` → `2001:DB8:0:0:0:0:0:0/32`, `01.2.3.4` → `1.2.3.4`.
    """
    if _IPV4.fullmatch(name):
        return _LEADING_ZEROS.sub("", name)
    address, slash, size = name.partition("/")
    if "." in address or "%" in address or (slash and not re.fullmatch(r"(?:12[0-8]|1[01]\d|[1-9]?\d)", size, re.A)):
        return name
    try:
        groups = IPv6Address(address).exploded.split(":")
    except AddressValueError:
        return name
    return ":".join(f"{int(group, 16):X}" for group in groups) + slash + size
