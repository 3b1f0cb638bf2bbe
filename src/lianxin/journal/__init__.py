"""The append-only, hash-chained record of every act, and the outbox that carries its effects."""
