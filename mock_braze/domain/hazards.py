"""One catalogue of what Braze accepts and a careful integration would not send."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class HazardKind:
    """A named danger: what happened, what to do instead, and the fact it rests on."""

    says: str
    instead: str
    fact: str


class Hazard(Enum):
    """The names of all hazards; the journal tells for each occurrence when and to whom."""

    subscription_before_creation_lag = HazardKind(
        "A subscription state was set for a profile that Braze had not finished making.",
        "Wait about 2 minutes after creating the profile before joining it to a group.",
        fact="group-change-needs-a-finished-profile",
    )
    subscription_update_lost = HazardKind(
        "A subscription state was accepted and then came to nothing.",
        "Set the state by phone or email once the profile can be exported, then read it back.",
        fact="early-update-by-external-id-is-lost",
    )
    orphan_subscription = HazardKind(
        "A subscription state was set for an address that no profile carries.",
        "Put the phone or email on the profile first; the state dies after 30 days otherwise.",
        fact="page-samples-lack-the-phone",
    )
    double_opt_in_not_started = HazardKind(
        "Double opt-in was asked for where no finished profile carries the phone: no prompt.",
        "Put the phone on the profile, wait about 2 minutes, then set the state with the flag.",
        fact="double-opt-in-needs-a-profile",
    )
    double_opt_in_prompt_capped = HazardKind(
        "Double opt-in was asked for again within a day: no second prompt is sent.",
        "Ask once and read the state back; the person may still confirm the first prompt.",
        fact="double-opt-in-prompt-cap",
    )
    double_opt_in_on_single_opt_in_group = HazardKind(
        "Double opt-in was asked for in a group that is single opt-in.",
        "Have the group set to double opt-in, or leave `use_double_opt_in_logic` out.",
        fact="double-opt-in-flag-single-group",
    )
    direct_subscription_in_double_opt_in_group = HazardKind(
        "A request without the flag subscribed somebody in a double opt-in group.",
        "Send `use_double_opt_in_logic: true`, unless the person has confirmed elsewhere.",
        fact="double-opt-in-flag-decides",
    )
    confirmation_too_late = HazardKind(
        "Somebody confirmed a double opt-in after its 30 days: nothing changed.",
        "Ask again, or have the person text an opt-in keyword.",
        fact="double-opt-in-lapses",
    )
    change_left_profiles_behind = HazardKind(
        "A change of state by address reached 100 of the profiles that carry the address.",
        "Name the other profiles by external_id, or merge the duplicates.",
        fact="change-reaches-all-holders",
    )
    duplicate_email_profiles = HazardKind(
        "Several profiles now carry the same email address.",
        "Look the email up before creating, and write to the profile that is there.",
        fact="unknown-primary-makes-duplicate",
    )
    update_only_dropped = HazardKind(
        "A write by an unknown alias was accepted and then dropped.",
        "Send `_update_existing_only: false` in the attributes object that creates the profile.",
        fact="alias-needs-update-only-false",
    )
    alias_without_effect = HazardKind(
        "A new or changed alias was accepted and came to nothing.",
        "Send an alias that nobody has, for a user who exists and has none with this label.",
        fact="taken-alias-changes-nothing",
    )
    identification_without_effect = HazardKind(
        "A user was identified, and no profile was named or joined.",
        "Export both profiles first; identify by an alias that only the unknown one has.",
        fact="identify-no-match",
    )
    merge_without_effect = HazardKind(
        "A merge was accepted, and the two profiles stay apart or were never there.",
        "Export both profiles first, and name each so that only one matches.",
        fact="merge-needs-one-match",
    )
    deletion_without_effect = HazardKind(
        "A deletion was accepted, and nobody was deleted.",
        "Delete by external_id or braze_id, and export afterwards to see that nobody is left.",
        fact="delete-needs-one-match",
    )
    unknown_member_ignored = HazardKind(
        "The request has a member that Braze does not know.",
        "Correct the name; Braze accepts the request and ignores the member.",
        fact="unknown-members-ignored",
    )
    value_not_kept = HazardKind(
        "A value was accepted for a profile field that cannot hold it, and was not kept.",
        "Send what the field takes, such as a time zone of the IANA, and export to see it.",
        fact="unfit-values-are-dropped",
    )
    unusable_phone = HazardKind(
        "A phone that cannot be a number was put on a profile: no text message reaches it.",
        "Send a plus, the country code and the number; check it as libphonenumber does before.",
        fact="invalid-phone-attribute-is-kept",
    )
    recipient_skipped = HazardKind(
        "A send named somebody who is not there, or cannot be singled out: nothing goes to them.",
        "Wait until the profile can be exported, or send the attributes that make it.",
        fact="unknown-recipients-are-skipped",
    )
    unencoded_plus = HazardKind(
        "A phone in a query began with a bare plus, which a query reads as a space.",
        "Send %2B for the plus; a strict reader finds no such number.",
        fact="plus-in-phone-query",
    )
    permission_beyond_need = HazardKind(
        "A partner's key reaches, or tried to reach, further than the four permissions it needs.",
        "Grant the four that the partner page names, and call nothing else with that key.",
        fact="four-permissions",
    )
    trailing_slash = HazardKind(
        "The path of a call ended in a slash.",
        "Leave the slash out; Braze says that it can produce unexpected errors.",
        fact="paths-have-no-trailing-slash",
    )
    webhook_lost_at_once = HazardKind(
        "A webhook was answered with a redirect or a 4xx, and is not sent again: it is lost.",
        "Answer 408, 429 or 5xx to get it again, and nothing but 20x once it is dealt with.",
        fact="webhook-4xx-is-lost",
    )
    webhook_given_up = HazardKind(
        "A webhook was attempted as often as Braze does, and has not got there: it is lost.",
        "Answer within half an hour of the first attempt, if only that it was received.",
        fact="webhook-five-retries",
    )
    webhook_repeated = HazardKind(
        "A receiver took longer than 90 s for a webhook, which is therefore sent again.",
        "Answer at once and work afterwards; take a webhook that comes again for the same one.",
        fact="webhook-is-repeated",
    )
    endpoint_not_played = HazardKind(
        "The path is an endpoint of Braze that this fake does not play; the 404 is its own.",
        "Leave the call out of what is tried here; Braze would answer it.",
        fact="endpoints-that-are-not-played",
    )
    retry_before_reset = HazardKind(
        "The endpoint was called again in a window for which it had already answered 429.",
        "Wait until the moment in X-RateLimit-Reset.",
        fact="rate-limited-429",
    )
    campaign_not_running = HazardKind(
        "What triggers a campaign happened while it takes nobody in, or before its launch.",
        "Launch it and let its window be open before the event is sent; send no old times.",
        fact="events-before-the-launch",
    )
    campaign_outside_audience = HazardKind(
        "What triggers a campaign happened for somebody outside its audience: nothing was sent.",
        "Send what the audience asks for in the same request, as attributes, or well before.",
        fact="audience-at-the-trigger",
    )
    campaign_held_out = HazardKind(
        "What triggers a campaign happened for somebody who is held out: nothing was sent.",
        "Expect it of some people: nobody outside Braze can see who is held out.",
        fact="holdout-share",
    )
    campaign_not_re_eligible = HazardKind(
        "What triggers a campaign happened for somebody who has had it: nothing was sent.",
        "Have re-eligibility turned on, with a waiting time, where people may need it again.",
        fact="re-eligibility-off-by-default",
    )
    canvas_entered_too_often = HazardKind(
        "Somebody came to a Canvas twice within a second, and entered it once.",
        "Leave a second between events that are to count one by one.",
        fact="canvas-entry-once-a-second",
    )
    campaign_outside_hours = HazardKind(
        "A campaign came to somebody at an hour at which it is not sent, and was dropped.",
        "Have it wait for the end of its quiet hours, or send the event at another time.",
        fact="time-of-day-and-quiet-hours",
    )
    campaign_capped = HazardKind(
        "Somebody had received as much as the frequency caps allow: nothing was sent.",
        "Have campaigns that people wait for sent in spite of the caps.",
        fact="frequency-caps-are-of-the-workspace",
    )
    campaign_message_not_sent = HazardKind(
        "A campaign was triggered, and none of its messages reached the person.",
        "Subscribe the person first, or begin a double opt-in; see the reason for what it lacks.",
        fact="plain-sms-needs-a-subscribed-state",
    )
    canvas_update_without_effect = HazardKind(
        "A user update of a Canvas was refused: nothing, or not all, was written.",
        "Preview what the step renders; it must be a body that /users/track takes.",
        fact="user-update-step",
    )
