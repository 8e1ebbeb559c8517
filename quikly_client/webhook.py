"""The receiver that Braze calls: one POST for each act of a consumer, answered with its outcome.

Braze repeats a call that it takes for failed, up to five times, and nothing in it tells a
repetition from another act. So each answer can be given again, and grants nothing anew.
"""

import hmac
import logging
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from quikly_client import shortened
from quikly_client.activations.awarding import stage_of
from quikly_client.activations.claims import Claim
from quikly_client.claim_desk import ClaimDesk
from quikly_client.errors import BadSettings, BadStore, QuiklyError
from quikly_client.log_lines import line
from quikly_client.metrics import Metrics

PATH = "/webhook/braze"
METRICS_PATH = "/metrics"
LARGEST_BODY = 64 * 1024  # bytes
LONGEST_EMAIL = 254
RETRY_AFTER_SECONDS = 5
# The others are answered as no method of this path, too; a blueprint has to name what it answers.
_METHODS = ("POST", "GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")

logger = logging.getLogger("quikly_client.webhook")
logger.addHandler(logging.NullHandler())  # silent until the program that uses us wants a log


class Answer(NamedTuple):
    """What Braze gets to see; only the status matters to it.

    Facts: webhook-20x-is-delivered
    """

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str] = {}


class Delivery(NamedTuple):
    """What a call says: somebody (`email`) did `event` in the activation of `q_scope`.

    Facts: quikly-webhook
    """

    q_scope: str
    event: str
    email: str


class BadDelivery(QuiklyError):
    """A body that says nothing of the kind."""


class Receiver:
    """Takes calls whose `Authorization` is `Bearer` and the partner's value.

    `metrics` counts calls by their result (`quikly_webhooks_total`), and what was won by the rank
    of its tier (`quikly_wins_total`).

    Raises:
        BadSettings: the value could never be sent.
    """

    def __init__(self, desk: ClaimDesk, authorization: str) -> None:
        problem = _problem_of(authorization)
        if problem:
            raise BadSettings([f"the webhook authorization {problem}"])
        self.metrics = Metrics()
        self._desk = desk
        self._expected = f"Bearer {authorization}".encode()

    def is_authorized(self, authorization: bytes) -> bool:
        """Whether this is the partner's value, found out in the same time whatever it is."""
        return hmac.compare_digest(authorization, self._expected)

    def answer(self, authorization: bytes, body: bytes) -> Answer:
        """What a call leads to.

        Facts: webhook-answers, webhook-repeats-get-the-first-outcome
        """
        if not self.is_authorized(authorization):
            return self.refused("unauthorized", 401, "the Authorization header is missing or wrong")
        try:
            delivery = read_delivery(body)
        except BadDelivery as bad:
            return self.refused("malformed", 400, str(bad))
        activation = self._desk.activations.get(delivery.q_scope)
        if activation is None:
            return self.refused("unknown", 404, "no activation has this q_scope")
        stage = stage_of(activation, delivery.event)
        if stage is None:
            return self.refused(
                "unknown", 404, f"activation {activation.q_scope} has no such event"
            )
        try:
            kept = self._desk.act(activation, stage, delivery.event, delivery.email)
        except BadStore as bad:
            self._count("unavailable")
            return _unavailable(bad)
        _log(kept.claim, is_repeated=kept.is_repeated)
        self._count("repeated" if kept.is_repeated else kept.claim.outcome.value)
        if kept.claim.tier is not None and not kept.is_repeated:
            scope, rank = kept.claim.q_scope, str(kept.claim.tier.rank)
            self.metrics.count("quikly_wins_total", q_scope=scope, rank=rank)
        return Answer(200, told(kept.claim))

    def refused(
        self, result: str, status: int, message: str, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """An answer to a call that decides nothing."""
        self._count(result)
        return _refused(status, message, headers)

    def _count(self, result: str) -> None:
        self.metrics.count("quikly_webhooks_total", result=result)


def read_delivery(body: bytes) -> Delivery:
    """What the body of a call says; members that nobody knows are passed over.

    Raises:
        BadDelivery: it is no JSON object of the three texts, or the email is none.
    """
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise BadDelivery("the body is no JSON") from None
    if not isinstance(said, dict):
        raise BadDelivery("the body is no JSON object")
    wrong = [name for name in Delivery._fields if not isinstance(said.get(name), str)]
    if wrong:
        raise BadDelivery(f"{' and '.join(map(repr, wrong))} must be there, as text")
    delivery = Delivery(*(said[name] for name in Delivery._fields))
    email = delivery.email.strip()
    if not email:
        # Braze: an attribute that a profile lacks renders as nothing (webhook-blank-attribute)
        raise BadDelivery("'email' is empty: the profile in Braze has no email address")
    if not _is_address(email):
        raise BadDelivery("'email' is no email address")
    return delivery


def told(claim: Claim) -> dict[str, Any]:
    """A claim as Braze gets to see it; the receipt token is its owner's alone."""
    said: dict[str, Any] = {
        "outcome": claim.outcome.value,
        "q_scope": claim.q_scope,
        "event": claim.event,
    }
    if claim.tier is not None:
        said |= {"rank": claim.tier.rank, "incentive": claim.tier.description}
    if claim.order is not None:
        said["qid"] = claim.order.qid
    return said


def webhook_blueprint(receiver: Receiver) -> Blueprint:
    """The receiver at its path, for an application that has others."""
    blueprint = Blueprint("quikly_webhook", __name__)

    @blueprint.route(PATH, methods=_METHODS, provide_automatic_options=False)
    def receive() -> Response:
        if request.method != "POST":
            refused = receiver.refused(
                "malformed", 405, "this path takes POST alone", {"Allow": "POST"}
            )
            return _response(refused)
        request.max_content_length = LARGEST_BODY
        try:
            body = request.get_data(cache=False)
        except RequestEntityTooLarge:
            message = f"the body is larger than {LARGEST_BODY} bytes"
            return _response(receiver.refused("malformed", 413, message))
        authorization = request.headers.get("Authorization", "")
        return _response(receiver.answer(authorization.encode("latin-1", "replace"), body))

    return blueprint


def metrics_blueprint(receiver: Receiver, counted: Sequence[Metrics]) -> Blueprint:
    """The counters as Prometheus reads them, for whoever has the receiver's authorization."""
    blueprint = Blueprint("quikly_metrics", __name__)

    @blueprint.get(METRICS_PATH)
    def metrics() -> Response:
        authorization = request.headers.get("Authorization", "")
        if not receiver.is_authorized(authorization.encode("latin-1", "replace")):
            return _response(_refused(401, "the Authorization header is missing or wrong"))
        lines = [each for metrics in counted for each in metrics.lines()]
        return Response("".join(f"{each}\n" for each in lines), mimetype="text/plain")

    return blueprint


def create_receiver_app(receiver: Receiver) -> Flask:
    """An application that holds the receiver and nothing else, and says everything in JSON."""
    app = Flask("quikly_webhook", static_folder=None)
    app.url_map.merge_slashes = False  # it would redirect, in HTML
    app.register_blueprint(webhook_blueprint(receiver))

    @app.errorhandler(HTTPException)
    def refuse(error: HTTPException) -> Response:
        headers = {name: value for name, value in error.get_headers() if name == "Allow"}
        return _response(_refused(error.code or 500, error.name, headers))

    @app.errorhandler(Exception)
    def fail(error: Exception) -> Response:
        logger.error("status=500", exc_info=error)
        return _response(Answer(500, {"message": "the receiver failed; please try again"}))

    return app


def _response(answer: Answer) -> Response:
    return Response(
        orjson.dumps(answer.body),
        status=answer.status,
        headers=dict(answer.headers),
        mimetype="application/json",
    )


def _refused(status: int, message: str, headers: Mapping[str, str] | None = None) -> Answer:
    logger.warning(line({"status": status, "message": message}))
    return Answer(status, {"message": message}, headers or {})


def _unavailable(bad: BadStore) -> Answer:
    """Braze comes back after this, as after no other refusal.

    Facts: webhook-answers
    """
    logger.error(line({"status": 429, "store": bad.file, "problem": bad.problem}))
    message = "this cannot be kept at the moment, and nothing was decided; please try again"
    return Answer(429, {"message": message}, {"Retry-After": str(RETRY_AFTER_SECONDS)})


def _log(claim: Claim, *, is_repeated: bool) -> None:
    said = {
        "status": 200,
        "outcome": claim.outcome,
        "q_scope": claim.q_scope,
        "event": claim.event,
        "participant": shortened.email(claim.email),
        "number": claim.number,
        "repeated": str(is_repeated).lower(),
    }
    logger.info(line(said))


def _is_address(text: str) -> bool:
    """Braze has checked it; this is about texts that were typed into a test."""
    name, _, domain = text.rpartition("@")
    return (
        bool(name and domain)
        and len(text) <= LONGEST_EMAIL
        and text.isprintable()
        and not any(character.isspace() for character in text)
    )


def _problem_of(authorization: str) -> str:
    if not authorization.strip():
        return "is empty: give the value that Quikly made for the partner"
    if authorization != authorization.strip() or not authorization.isascii():
        return "holds outer spaces or what no header can carry: copy it again"
    if not authorization.isprintable():
        return "holds line breaks or other signs that no header can carry: copy it again"
    if authorization.lower().startswith("bearer "):
        return "begins with the word Bearer: give what comes after it"
    return ""
