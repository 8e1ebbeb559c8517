"""What an inbound text does, by its only word."""

from scenarios.model.states import States
from scenarios.model.subscription_groups import Group

OPT_IN_WORDS = ("START", "YES", "UNSTOP")
OPT_OUT_WORDS = ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT")
HELP_WORDS = ("HELP", "INFO")


def is_about_opting(text: str) -> bool:
    """In or out."""
    return word_of(text) in (*OPT_IN_WORDS, *OPT_OUT_WORDS)


def word_of(text: str) -> str:
    """As keywords are compared."""
    return text.strip().upper()


def hear(states: States, group: Group, phone: str, text: str, now: int) -> None:
    """A text to the group's number, from a phone that somebody has."""
    word, conversations = word_of(text), states.conversations
    if word in OPT_OUT_WORDS:
        states.write(group, phone, "unsubscribed")
        conversations.send(group, phone, "opt_out")
    elif word in HELP_WORDS:
        conversations.send(group, phone, "help")
    elif word in OPT_IN_WORDS:
        _hear_yes(states, group, phone, word, now)
    elif word in group.confirm_words and conversations.is_pending(group, phone, now):
        states.write(group, phone, "subscribed")
        conversations.send(group, phone, "confirmation")
    elif (
        word in group.confirm_words
        and states.is_subscribed(group, phone)
        and states.unknowns.confirmation_outside_pending == "confirmation"
    ):
        conversations.send(group, phone, "confirmation")


def _hear_yes(states: States, group: Group, phone: str, word: str, now: int) -> None:
    """A double opt-in group lists START only; what its other opt-in words do nobody says."""
    unlisted = "prompt" if word == "START" else states.unknowns.unlisted_opt_in_keyword
    if group.is_double and unlisted == "other":
        return
    if group.is_double and states.is_subscribed(group, phone):
        if states.unknowns.start_while_subscribed == "opt_in_reply":
            states.conversations.send(group, phone, "opt_in")
    elif not group.is_double or unlisted == "subscribe":
        states.write(group, phone, "subscribed")
        states.conversations.send(group, phone, "opt_in")
    else:
        states.conversations.prompt(group, phone, now)
