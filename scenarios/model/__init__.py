"""A far simpler model of Braze, one subject a file; `scenarios/oracle.py` puts it together."""
