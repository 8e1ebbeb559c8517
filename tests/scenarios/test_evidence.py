from builders import NOON, PHONE, a_participant

from scenarios.agreed import GROUP_ID
from scenarios.lab import in_process_lab


def test_what_consumers_text_and_what_comes_of_it_is_kept_apart_from_the_requests() -> None:
    lab = in_process_lab(start=NOON)
    lab.expect([a_participant(at=NOON)])
    lab.run()
    before = list(lab.evidence().effects)

    lab.control.text(GROUP_ID, PHONE, "STOP")
    evidence = lab.evidence()

    (text,) = evidence.texts
    assert (text.group_id, text.phone, text.body) == (GROUP_ID, PHONE, "STOP")
    (effect,) = evidence.effects_of_texts
    assert (effect.effect, effect.request) == ("subscription_state_changed", text.number)
    assert effect.details == {
        "group_id": GROUP_ID,
        "subscriber": PHONE,
        "state": "unsubscribed",
    }
    (message,) = evidence.messages
    assert (message.message, message.phone, message.request) == ("opt_out", PHONE, text.number)
    assert message.body
    assert evidence.effects == before
