from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pytest_django import Settings

from tests.post import Postman

if TYPE_CHECKING:
    from tests.cast import Cast


@pytest.fixture
def door(settings: Settings, post: Postman, cast: Cast) -> Postman:
    """The door of e-mail is open; what we send arrives here."""
    from tests.intake.channels.email.mails import TO
    from tests.walk import load_sorting

    settings.MAIL_ADDRESS = TO
    load_sorting()
    return post
