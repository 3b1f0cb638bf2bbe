"""A matter staff found before anybody had to say it 未诉先办."""
