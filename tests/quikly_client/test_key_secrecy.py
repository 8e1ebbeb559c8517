"""The API key is in no log, repr, exception or traceback, whatever Braze answers."""

import logging
import traceback
from string import ascii_letters, digits
from typing import Any

import orjson
import pytest
import requests
from driving import PHONE, START, a_participant
from hypothesis import given
from hypothesis import strategies as st
from scripted_braze import BASE_URL, ScriptedBraze

from quikly_client.braze import BrazeClient
from quikly_client.errors import AccessRefused, BadSettings, QuiklyError
from quikly_client.settings import BrazeSettings, JourneySettings
from quikly_client.store.memory import MemoryStore
from quikly_client.transport import Transport
from quikly_client.worker import Worker

# All begin with what no text of ours holds, so that none is found by chance.
MARK = "Zq9-"
KEYS = st.text(
    ascii_letters + digits + "-_.+/=:!$%&()*,;<>?@[]^{|}~#", min_size=8, max_size=80
).map(MARK.__add__)
STATUSES = st.sampled_from([200, 201, 302, 400, 401, 403, 404, 429, 500, 503])
FAULTS = [requests.ConnectionError, requests.ReadTimeout, requests.TooManyRedirects]


def bodies(key: str) -> st.SearchStrategy[Any]:
    """Any JSON with the key in it, as the key itself or in a sentence."""
    said = st.sampled_from([key, f"Invalid API key: {key}", f"{key}{key}", f"a {key} b"])
    return st.recursive(
        said,
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(st.sampled_from(["message", "errors", "users", "status"]), inner)
        ),
        max_leaves=4,
    )


class Heard(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(self.format(record))


@given(data=st.data(), key=KEYS)
def test_the_key_shows_nowhere(data: st.DataObject, key: str) -> None:
    scripted, heard = ScriptedBraze(), Heard()
    settings = BrazeSettings(BASE_URL, key)
    transport = Transport(settings, scripted.session())
    answers: list[Exception | tuple[int, bytes]] = data.draw(
        st.lists(
            st.tuples(STATUSES, bodies(key).map(orjson.dumps) | st.just(f"<p>{key}</p>".encode()))
            | st.sampled_from(FAULTS).map(lambda kind: kind(f"refused {BASE_URL}")),
            min_size=1,
            max_size=4,
        )
    )
    logger = logging.getLogger("quikly_client")
    logger.addHandler(heard)
    logger.setLevel(logging.DEBUG)
    shown = [repr(settings), str(settings), repr(transport), f"{vars(BrazeClient(transport))}"]
    try:
        for answer in answers:
            (scripted.fails(answer) if isinstance(answer, Exception)
             else scripted.answers_bytes(answer[1], answer[0], X_Request_Id="r"))  # fmt: skip
            try:
                BrazeClient(transport).export_by_email("anna@example.com")
            except QuiklyError as error:
                shown += [str(error), repr(error), f"{vars(error)}"]
                shown += traceback.format_exception(error)
    finally:
        logger.removeHandler(heard)
        logger.setLevel(logging.NOTSET)

    assert [each for each in [*shown, *heard.said] if key in each] == []


@given(data=st.data(), key=KEYS)
def test_the_key_is_in_no_participation_that_a_worker_leaves(data: st.DataObject, key: str) -> None:
    scripted = ScriptedBraze()
    client = BrazeClient(Transport(BrazeSettings(BASE_URL, key), scripted.session()))
    worker = Worker(MemoryStore(), client, JourneySettings("group"))
    status = data.draw(st.sampled_from([400, 401, 403]))
    scripted.answers_bytes(orjson.dumps(data.draw(bodies(key))), status)
    worker.participate(a_participant(phone=data.draw(st.sampled_from([None, PHONE]))), START)

    worker.run_due(START)

    assert key not in repr(worker.participations())
    assert worker.refused is None or key not in str(AccessRefused(worker.refused))
    assert key not in "\n".join(worker.metrics.lines())


@given(key=st.text().map(MARK.__add__))
def test_a_bad_key_is_not_repeated(key: str) -> None:
    with pytest.raises(BadSettings) as caught:
        BrazeSettings("nowhere", key)

    assert key not in str(caught.value)
    assert key not in repr(caught.value)
