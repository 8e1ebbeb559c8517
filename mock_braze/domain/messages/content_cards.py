"""What happens to Content Cards: launched, made for a person, seen until they go."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from mock_braze.domain.journal import ContentCardMade, Effect
from mock_braze.domain.liquid.occasion import Occasion
from mock_braze.domain.messages.cards import AwaitedCard, ContentCard, StandingCard
from mock_braze.domain.messages.message import ContentCardMessage
from mock_braze.domain.messages.source import MessageSource
from mock_braze.domain.segments.audience import matches
from mock_braze.domain.segments.filters import ANY_PRODUCT, Filter
from mock_braze.domain.state import State
from mock_braze.domain.tracking.events import CustomEvent, Purchase
from mock_braze.domain.users.profile import Profile


def launch_card(
    state: State,
    message: ContentCardMessage,
    audience: Filter | None,
    occasion: Occasion,
    at: datetime,
    source: MessageSource,
) -> None:
    """Have a card made at the first impression of everybody who is in the audience by then.

    Who is in it now does not matter; None as `audience` is everybody.

    Facts: content-card-creation, content-card-audience
    """
    card = AwaitedCard(message, occasion, source, at)
    state.content_cards.standing.append(StandingCard(card, audience))


def await_impression(state: State, profile: Profile, card: AwaitedCard) -> None:
    """Have a card made when a person starts the next session."""
    state.content_cards.awaited.setdefault(profile.braze_id, []).append(card)


def awaited_cards(state: State, profile: Profile, at: datetime) -> Iterator[AwaitedCard]:
    """The cards to make as a person starts a session; each is told once.

    Facts: content-card-creation, content-card-audience, content-card-expiry
    """
    cards = state.content_cards
    due = cards.awaited.pop(profile.braze_id, [])
    cards.standing = [each for each in cards.standing if _is_alive(each.card, at)]
    for each in cards.standing:
        if profile.braze_id in each.made_for:
            continue
        if each.audience is None or matches(each.audience, profile, state, at):
            each.made_for.add(profile.braze_id)
            due.append(each.card)
    yield from (each for each in due if _is_alive(each, at))


def _is_alive(card: AwaitedCard, at: datetime) -> bool:
    return card.expires_at is None or at < card.expires_at


def make_card(
    state: State, profile: Profile, rendered: ContentCardMessage, card: AwaitedCard, at: datetime
) -> None:
    """Give a person the card, as it was `rendered`; from here on it stays as it is.

    Facts: content-card-is-a-snapshot
    """
    number, source = state.journal.next_number(), card.source
    made = ContentCard(number, at, rendered, source, card.expires_at)
    state.content_cards.by_profile.setdefault(profile.braze_id, []).append(made)
    state.journal.add(
        ContentCardMade(
            number, at, profile.braze_id, rendered.title, rendered.message, rendered.url,
            rendered.image_url, card.expires_at, source.request, source.campaign_id,
            source.dispatch_id,
        )
    )  # fmt: skip


def remove_cards(
    state: State, profile: Profile, done: CustomEvent | Purchase, at: datetime, request: int
) -> None:
    """Take away the cards that go with what a person has done.

    Facts: content-card-removal
    """
    # Inferred: one that is still awaited is made all the same (content-card-removal-of-made-ones)
    for card in state.content_cards.by_profile.get(profile.braze_id, ()):
        if card.is_shown(at) and _is_for(card.message, done):
            card.removed_at = at
            card.removed_by = _name(done)
            state.effect(
                Effect.CARD_REMOVED, at, request,
                braze_id=profile.braze_id, card=card.number, by=card.removed_by,
            )  # fmt: skip


def _is_for(message: ContentCardMessage, done: CustomEvent | Purchase) -> bool:
    if isinstance(done, CustomEvent):
        return message.removed_by_event == done.name
    return message.removed_by_purchase in (done.product_id, ANY_PRODUCT)


def _name(done: CustomEvent | Purchase) -> str:
    match done:
        case CustomEvent(name):
            return f"custom event {name}"
        case Purchase(product_id):
            return f"purchase of {product_id}"


def rendered_card(message: ContentCardMessage, texts: tuple[str, ...]) -> ContentCardMessage:
    """The card with its texts rendered, in the order of `texts_of`."""
    title, body, url, image_url = texts
    return replace(message, title=title, message=body, url=url, image_url=image_url)
