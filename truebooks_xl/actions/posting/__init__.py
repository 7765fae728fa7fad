"""Posting and all that follows it: post, repost, rollback, correct, recover."""
