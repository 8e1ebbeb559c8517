"""The names that a key can hold, against the table of Braze's API overview."""

from mock_braze.domain.api_keys import PARTNER_PERMISSIONS, PERMISSIONS

# Left out: preference centers, catalogs, SDK authentication and single sign-on.
TABLE = """
users.track users.track.sync users.track.bulk users.delete users.alias.new users.alias.update
users.identify users.merge users.external_ids.rename users.external_ids.remove users.export.ids
users.export.segment users.export.global_control_group
email.unsubscribe email.status email.hard_bounces email.bounce.remove email.spam.remove
email.blacklist sms.invalid_phone_numbers sms.invalid_phone_numbers.remove
subscription.status.set subscription.status.get subscription.groups.get
messages.send messages.schedule.create messages.schedule.update messages.schedule.delete
messages.schedule_broadcasts messages.live_activity.update
campaigns.trigger.send campaigns.trigger.schedule.create campaigns.trigger.schedule.update
campaigns.trigger.schedule.delete campaigns.list campaigns.details campaigns.data_series
campaigns.url_info.details
canvas.trigger.send canvas.trigger.schedule.create canvas.trigger.schedule.update
canvas.trigger.schedule.delete canvas.list canvas.details canvas.data_series canvas.data_summary
canvas.url_info.details
sends.data_series sends.id.create transactional.send
segments.list segments.details segments.data_series events.list events.data_series
custom_attributes.get
purchases.product_list purchases.revenue_series purchases.quantity_series
sessions.data_series kpi.dau.data_series kpi.mau.data_series kpi.new_users.data_series
kpi.uninstalls.data_series
templates.email.create templates.email.info templates.email.list templates.email.update
content_blocks.create content_blocks.info content_blocks.list content_blocks.update
"""


def test_a_key_can_hold_the_permissions_of_the_table_and_no_others() -> None:
    """Facts: permission-names"""
    assert sorted(PERMISSIONS) == sorted(TABLE.split())


def test_a_partner_needs_four_of_them() -> None:
    """Facts: four-permissions"""
    assert {
        "users.track",
        "users.export.ids",
        "subscription.status.get",
        "subscription.status.set",
    } == PARTNER_PERMISSIONS
