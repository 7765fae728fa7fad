"""Signing in to Xero, and the sign-ins kept."""
