"""Clients, their campaigns, products and promises."""
