"""WeChat 微信公众号: what people write to an official account becomes a concern by a short talk."""
