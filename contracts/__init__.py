"""What both sides promise each other: the facts, the API description, and checks against them."""
