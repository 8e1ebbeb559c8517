"""Messages: what a campaign or a call sends, by channel, and to whom it goes."""
