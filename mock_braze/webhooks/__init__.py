"""What the fake sends out by itself: webhooks, over real HTTP, only to this machine."""
