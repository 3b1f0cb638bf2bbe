from __future__ import annotations

from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from lianxin.vault.sealing import Damaged, seal, unseal

KEY = X25519PrivateKey.generate()
PUBLIC = KEY.public_key()
ROW = uuid4()


@given(st.text(max_size=300))
@settings(max_examples=60)
def test_what_is_sealed_comes_back(text: str) -> None:
    sealed = seal(text, field="phone", row=ROW, key=PUBLIC)
    expected = text.encode("utf-8", "replace").decode()
    assert unseal(sealed, field="phone", row=ROW, key=KEY) == expected


def test_the_length_tells_only_steps_of_64_bytes() -> None:
    lengths = {len(seal("x" * n, field="name", row=ROW, key=PUBLIC)) for n in range(61)}
    assert len(lengths) == 1
    assert len(seal("x" * 61, field="name", row=ROW, key=PUBLIC)) == lengths.pop() + 64


def test_it_opens_in_no_other_row_field_or_hand() -> None:
    sealed = seal("13800138000", field="phone", row=ROW, key=PUBLIC)
    assert b"13800138000" not in sealed
    flipped = sealed[:-1] + bytes([sealed[-1] ^ 1])
    other = X25519PrivateKey.generate()
    for ciphertext, field, row, key in [
        (sealed, "phone", uuid4(), KEY),
        (sealed, "email", ROW, KEY),
        (sealed, "phone", ROW, other),
        (flipped, "phone", ROW, KEY),
        (sealed[:20], "phone", ROW, KEY),
        (b"", "phone", ROW, KEY),
    ]:
        with pytest.raises(Damaged):
            unseal(ciphertext, field=field, row=row, key=key)
