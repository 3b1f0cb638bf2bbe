"""E-mail 电子邮件: a mail becomes a concern, an answer to one of ours is added to its concern."""
