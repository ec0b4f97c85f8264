"""Repositories and accounts of any size, and what is measured on them."""
