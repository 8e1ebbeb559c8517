"""Reach: whom a channel may send to, and why not."""

from mock_braze.domain.state import State
from mock_braze.domain.subscriptions.invalid_phones import is_marked_invalid
from mock_braze.domain.subscriptions.subscription import Channel, state_in
from mock_braze.domain.users.addresses import is_valid_phone
from mock_braze.domain.users.profile import Profile

# The values of `recipient_subscription_state`, with the global states of an email each reaches.
# Inferred: whom each reaches (recipient-states)
RECIPIENT_STATES = {
    "subscribed": ("subscribed", "opted_in"),
    "opted_in": ("opted_in",),
    "all": ("subscribed", "opted_in", "unsubscribed"),
}
SUBSCRIBED = "subscribed"


def why_no_sms(state: State, group_id: str, profile: Profile) -> str:
    """Why no SMS of a group reaches a profile; empty when one does.

    Facts: plain-sms-needs-a-subscribed-state, invalid-phone-marks-present-profiles
    """
    group = state.subscriptions.groups.get(group_id)
    if group is None or group.channel is not Channel.SMS:
        return "there is no such SMS subscription group"
    if profile.phone is None:
        return "the profile has no phone"
    if not is_valid_phone(profile.phone):
        return "the phone cannot be a number"
    if is_marked_invalid(state, profile):
        return "the phone is marked invalid"
    held = state_in(state.subscriptions, group, profile)
    if held != SUBSCRIBED:
        return f"the profile is {held or 'unknown'} in the subscription group"
    return ""


def why_no_email(state: State, profile: Profile, recipient_state: str) -> str:
    """Why no email reaches a profile; empty when one does. See `RECIPIENT_STATES`.

    Facts: send-recipient-subscription-state
    """
    if profile.email is None:
        return "the profile has no email"
    if profile.email in state.email_lists.hard_bounces:
        return "the email has bounced hard"
    # Inferred: as bounces, so that nobody is written to who called it spam
    # (email-lists-stop-mail)
    if profile.email in state.email_lists.spam_reports:
        return "the email has reported spam"
    if profile.email_subscribe not in RECIPIENT_STATES[recipient_state]:
        return f"the profile is globally {profile.email_subscribe}"
    return ""
