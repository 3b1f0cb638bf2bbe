"""A reception day 接访日: a leader hears whoever comes, at a published time and place."""
