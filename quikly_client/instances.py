"""Braze's instances by name, as a brand's dashboard shows it, and the host of each one's API."""

from collections.abc import Mapping

# Facts: rest-hosts-of-instances
REST_HOSTS: Mapping[str, str] = {
    **{f"US-{number:02}": f"rest.iad-{number:02}.braze.com" for number in range(1, 9)},
    "US-10": "rest.us-10.braze.com",
    "EU-01": "rest.fra-01.braze.eu",
    "EU-02": "rest.fra-02.braze.eu",
    "AU-01": "rest.au-01.braze.com",
    "ID-01": "rest.id-01.braze.com",
    "JP-01": "rest.jp-01.braze.com",
    "KR-01": "rest.kr-01.braze.com",
}


def base_url_of(instance: str) -> str | None:
    """The REST endpoint of `US-01` and its like, in any case; None if there is no such instance."""
    host = REST_HOSTS.get(instance.strip().upper())
    return None if host is None else f"https://{host}"
