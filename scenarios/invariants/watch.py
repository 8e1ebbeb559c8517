"""What must hold over any sequence of events: one function for each claim, over the evidence.

A function gives every breach that it finds in what is new; none means that the claim holds. What
it yields must not hang on how often it is asked: each breach belongs to one piece of news.
"""

from collections.abc import Sequence
from typing import Any

from scenarios.evidence import NOTHING, Evidence, News
from scenarios.invariants.breach import Breach, Invariant
from scenarios.invariants.calls import (
    no_call_beyond_the_four_permissions,
    no_call_that_braze_cannot_read,
    no_call_that_braze_only_forgives,
    no_call_while_rate_limited,
    no_name_that_nobody_has,
    no_subscription_after_a_stop,
)
from scenarios.invariants.crediting import (
    at_most_one_credit,
    credit_only_for_participants,
    email_credit_only_for_a_readable_profile,
    no_credit_for_what_was_left_out,
    sms_credit_only_after_verified_subscribed,
)
from scenarios.invariants.customers import no_customer_is_changed, no_personal_data_in_logs
from scenarios.invariants.double_opt_in import (
    double_opt_in_credit_only_once_confirmed,
    no_credit_after_the_double_opt_in_expired,
    no_double_opt_in_on_an_unfinished_profile,
    no_event_is_sent_twice,
    no_state_set_where_consumers_opt_in_twice,
)
from scenarios.invariants.endings import (
    everything_settles,
    no_credit_withheld,
    no_one_is_given_up_at_a_failure,
)
from scenarios.invariants.profiles import (
    no_second_profile_for_an_email,
    no_state_for_a_number_on_no_profile,
    no_subscription_update_before_creation_lag,
)
from scenarios.invariants.webhooks import (
    falling_offers_fall,
    no_offer_is_over_claimed,
    no_offer_is_withheld,
    no_reward_without_an_email,
    repeats_get_the_first_answer,
    webhooks_need_authorization,
)

# What holds at every moment.
ALWAYS: Sequence[Invariant] = (
    no_second_profile_for_an_email,
    sms_credit_only_after_verified_subscribed,
    email_credit_only_for_a_readable_profile,
    double_opt_in_credit_only_once_confirmed,
    no_credit_after_the_double_opt_in_expired,
    no_state_set_where_consumers_opt_in_twice,
    no_double_opt_in_on_an_unfinished_profile,
    no_event_is_sent_twice,
    credit_only_for_participants,
    at_most_one_credit,
    no_subscription_update_before_creation_lag,
    no_state_for_a_number_on_no_profile,
    no_call_beyond_the_four_permissions,
    no_call_that_braze_only_forgives,
    no_call_that_braze_cannot_read,
    no_name_that_nobody_has,
    no_subscription_after_a_stop,
    no_credit_for_what_was_left_out,
    no_call_while_rate_limited,
    no_customer_is_changed,
    no_personal_data_in_logs,
    webhooks_need_authorization,
    no_reward_without_an_email,
    repeats_get_the_first_answer,
    no_offer_is_over_claimed,
    no_offer_is_withheld,
    falling_offers_fall,
)
# What holds once nothing is due any more. Whoever watched knows of what holds always.
ONLY_AT_THE_END: Sequence[Invariant] = (
    everything_settles,
    no_one_is_given_up_at_a_failure,
    no_credit_withheld,
)
AT_THE_END: Sequence[Invariant] = (*ALWAYS, *ONLY_AT_THE_END)


def breaches(evidence: Evidence, invariants: Sequence[Invariant]) -> list[Breach]:
    """Everything that does not hold, in the order of the invariants."""
    return _broken(evidence, evidence.since(), invariants)


class Watch:
    """Checks evidence as it grows: each look costs what is new since the last one."""

    def __init__(self, evidence: Evidence, invariants: Sequence[Invariant]) -> None:
        self._evidence = evidence
        self._invariants = invariants
        self._mark = NOTHING
        self._memory: dict[str, Any] = {}

    def breaches(self) -> list[Breach]:
        """What does not hold of what is new; all looks together find what `breaches` does."""
        mark = self._evidence.mark()
        if mark == self._mark:
            return []
        news, self._mark = self._evidence.since(self._mark, self._memory), mark
        return _broken(self._evidence, news, self._invariants)


def _broken(evidence: Evidence, news: News, invariants: Sequence[Invariant]) -> list[Breach]:
    return [breach for invariant in invariants for breach in invariant(evidence, news)]
