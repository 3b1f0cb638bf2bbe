"""Filed for somebody 代办: a relative, a volunteer or the secretary brings the matter."""
