"""Findings in notebooks: the rules, and what runs them."""
