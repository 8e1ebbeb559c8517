"""Clients that are wrong in one way each, as real ones are; a search must find each of them."""
